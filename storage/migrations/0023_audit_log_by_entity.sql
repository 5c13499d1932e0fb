-- no-transaction
-- Whoever leaves is found by their id alone in the logs, and guests leave by the thousand.
create index concurrently audit_log_entity_id_idx on audit_log (entity_id, created_at);
