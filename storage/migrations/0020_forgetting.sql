-- Whoever leaves is found by their id alone in the logs, and guests leave by the thousand.

drop index audit_log_entity_idx;
create index audit_log_entity_id_idx on audit_log (entity_id, created_at);
create index system_audit_user_id_idx on system_audit ((payload ->> 'user_id')) where payload ->> 'user_id' is not null;
