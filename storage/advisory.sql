-- name: try_lock
-- $1 key
select pg_try_advisory_lock($1);

-- name: unlock
-- $1 key
select pg_advisory_unlock($1);
