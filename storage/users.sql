-- name: page
-- $1 beginning of the e-mail address or words of the name, or null, $2 role or null, $3 active or null, $4 guest or null,
-- $5 last id of the page before or null, $6 limit; the newest have the highest ids
select id, email, name, role, is_anonymous, is_active, provider, created_at, last_seen_at
from users
where ($1::text is null or starts_with(lower(email), lower($1)) or strpos(lower(name), lower($1)) > 0)
    and ($2::text is null or role = $2)
    and ($3::boolean is null or is_active = $3)
    and ($4::boolean is null or is_anonymous = $4)
    and ($5::uuid is null or id < $5)
order by id desc
limit $6;

-- name: get
-- $1 user
select id, email, name, role, is_anonymous, is_active, provider, created_at, last_seen_at from users where id = $1;

-- name: lock
-- $1 user
select id from users where id = $1 for no key update;

-- name: change
-- $1 user, $2 role, $3 whether active
update users set role = $2, is_active = $3, updated_at = now() where id = $1;

-- name: shut_out
-- $1 user, $2 now
with keys as (
    update api_keys set revoked_at = $2 where user_id = $1 and revoked_at is null
)
update sessions set ended_at = $2 where user_id = $1 and ended_at is null;
