-- name: counters
-- The write-ahead log in bytes, transactions, and changes of rows of parts, all since the database was made.
select
    (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as wal, d.xact_commit as commits, p.n_tup_upd as updates,
    p.n_tup_hot_upd as hot
from pg_stat_database d, pg_stat_user_tables p
where d.datname = current_database() and p.relname = 'parts';

-- name: connections
select count(*)::int from pg_stat_activity where application_name = 'cartwright' and pid <> pg_backend_pid();
