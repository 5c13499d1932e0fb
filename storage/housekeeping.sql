-- name: alone
select pg_try_advisory_xact_lock(hashtextextended('cartwright housekeeping', 0));
