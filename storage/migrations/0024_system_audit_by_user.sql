-- no-transaction
create index concurrently system_audit_user_id_idx on system_audit ((payload ->> 'user_id'))
where payload ->> 'user_id' is not null;
