-- name: keep
-- $1 digest of the state, $2 session, $3 nonce, $4 verifier, $5 when it expires
insert into oidc_flows (state_hash, session_id, nonce, verifier, expires_at) values ($1, $2, $3, $4, $5);

-- name: take
-- $1 digest of the state, $2 now
with taken as (
    delete from oidc_flows where state_hash = $1 returning session_id, nonce, verifier, expires_at
)
select session_id, nonce, verifier from taken where expires_at > $2;

-- name: sweep
-- $1 now, $2 how many at most
delete from oidc_flows where state_hash in (
    select state_hash from oidc_flows where expires_at <= $1 limit $2 for update skip locked
)
returning state_hash;
