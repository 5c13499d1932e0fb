-- name: by_token
-- $1 digest of the token, $2 now
select s.user_id, s.id as session_id, u.is_anonymous, u.role
from sessions s join users u on u.id = s.user_id
where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and u.is_active;

-- name: get
-- $1 user id
select is_anonymous, role from users where id = $1;

-- name: new_guest
-- $1 digest of the token, $2 when the session expires
with guest as (
    insert into users (is_anonymous) values (true) returning id, is_anonymous, role
), session as (
    insert into sessions (user_id, token_hash, expires_at) select id, $1, $2 from guest returning id
)
select guest.id as user_id, session.id as session_id, guest.is_anonymous, guest.role from guest, session;

-- name: new_session
-- $1 user, $2 digest of the token, $3 when it expires
insert into sessions (user_id, token_hash, expires_at) values ($1, $2, $3);

-- name: appoint
-- $1 user, $2 role
update users set role = $2, updated_at = now() where id = $1;
