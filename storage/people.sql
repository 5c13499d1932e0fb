-- name: get
-- $1 user id
select is_anonymous, role from users where id = $1;

-- name: of_run
-- $1 run
select u.id, u.is_anonymous, u.role, k.store_ids is not null as for_stores
from runs r join chats c on c.id = r.chat_id join users u on u.id = c.user_id left join api_keys k on k.id = r.api_key_id
where r.id = $1;

-- name: of_run_held
-- $1 run
select u.id, u.is_anonymous, u.role, k.store_ids is not null as for_stores
from runs r join chats c on c.id = r.chat_id join users u on u.id = c.user_id left join api_keys k on k.id = r.api_key_id
where r.id = $1
for share of c;

-- name: new_guest
-- $1 digest of the token, $2 now, $3 when the session expires, $4 when it expires if it is not used, $5 context
with guest as (
    insert into users (is_anonymous, last_seen_at) values (true, $2) returning id, is_anonymous, role
), session as (
    insert into sessions (user_id, token_hash, started_at, updated_at, expires_at, idle_expires_at, context)
    select id, $1, $2, $2, $3, $4, $5 from guest
    returning id
)
select guest.id as user_id, session.id as session_id, guest.is_anonymous, guest.role from guest, session;

-- name: appoint
-- $1 user, $2 role
update users set role = $2, updated_at = now() where id = $1;
