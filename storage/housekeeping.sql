-- name: alone
select pg_try_advisory_xact_lock(hashtextextended('cartwright housekeeping', 0));

-- name: oidc_flows
-- $1 now, $2 how many at most
delete from oidc_flows where state_hash in (
    select state_hash from oidc_flows where expires_at <= $1 limit $2 for update skip locked
)
returning state_hash;
