-- name: lock
-- $1 user, $2 endpoint, $3 key; false: another transaction is at work on this key
select pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::uuid, $2::text, $3::text), 0));

-- name: find
-- $1 user, $2 endpoint, $3 key, $4 now
select request_digest, response_status, response_headers, response_body
from idempotency_keys
where user_id = $1 and endpoint = $2 and key = $3 and expires_at > $4;

-- name: keep
-- $1 user, $2 endpoint, $3 key, $4 digest of the request, $5 status, $6 headers, $7 body or null, $8 now, $9 when it
-- expires; some that have expired go at the same time, so the table stays as small as its traffic
with swept as (
    delete from idempotency_keys where id in (
        select id from idempotency_keys
        where expires_at <= $8 and not (user_id = $1 and endpoint = $2 and key = $3)
        order by expires_at
        limit 10
        for update skip locked
    )
)
insert into idempotency_keys as k (
    user_id, endpoint, key, request_digest, response_status, response_headers, response_body, created_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (user_id, endpoint, key) do update
set request_digest = excluded.request_digest, response_status = excluded.response_status,
    response_headers = excluded.response_headers, response_body = excluded.response_body,
    created_at = excluded.created_at, expires_at = excluded.expires_at;
