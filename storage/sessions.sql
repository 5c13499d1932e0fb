-- name: find
-- $1 digest of the token, $2 now
select
    s.user_id, s.id as session_id, s.updated_at as last_seen_at, u.is_anonymous, u.role,
    s.ended_at is null and s.expires_at > $2 and coalesce(s.idle_expires_at > $2, true) and u.is_active as alive,
    s.successor_id is not null and exists (
        select from sessions n where n.id = s.successor_id and n.ended_at is null and n.expires_at > $2
    ) as replaced
from sessions s join users u on u.id = s.user_id
where s.token_hash = $1;

-- name: touch
-- $1 session, $2 now, $3 when it expires if it is not used again; nobody waits for this
with session as (
    update sessions set updated_at = $2, idle_expires_at = $3
    where id = (select id from sessions where id = $1 for no key update skip locked)
    returning user_id
)
update users set last_seen_at = $2
where id = (select u.id from users u join session s on s.user_id = u.id for no key update of u skip locked);

-- name: start
-- $1 user, $2 digest of the token, $3 now, $4 when it expires, $5 when it expires if it is not used, $6 context
with session as (
    insert into sessions (user_id, token_hash, started_at, updated_at, expires_at, idle_expires_at, context)
    values ($1, $2, $3, $3, $4, $5, $6)
    returning id
), seen as (
    update users set last_seen_at = $3, last_login_at = case when is_anonymous then last_login_at else $3 end
    where id = $1
)
select id from session;

-- name: get
-- $1 session
select id, started_at, updated_at as last_seen_at, expires_at, idle_expires_at, context from sessions where id = $1;

-- name: alive
-- $1 user, $2 now
select id, started_at, updated_at as last_seen_at, expires_at, idle_expires_at, context
from sessions
where user_id = $1 and ended_at is null and expires_at > $2 and coalesce(idle_expires_at > $2, true)
order by updated_at desc, id desc;

-- name: replace
-- $1 session, $2 the one in its place, $3 now
update sessions set ended_at = $3, successor_id = $2 where id = $1 and ended_at is null;

-- name: end
-- $1 user, $2 session, $3 now
update sessions set ended_at = $3
where user_id = $1 and id = $2 and ended_at is null and expires_at > $3 and coalesce(idle_expires_at > $3, true)
returning id;

-- name: end_others
-- $1 user, $2 session to keep or null, $3 now
update sessions set ended_at = $3
where user_id = $1 and id is distinct from $2 and ended_at is null
returning id;

-- name: ended
-- $1 sessions and API keys, $2 now; a session lives on in the one that took its place
with recursive line as (
    select w.id as first, s.id, s.successor_id, s.ended_at, s.expires_at, s.idle_expires_at, u.is_active
    from unnest($1::uuid[]) w(id)
    left join sessions s on s.id = w.id
    left join users u on u.id = s.user_id
    union
    select l.first, s.id, s.successor_id, s.ended_at, s.expires_at, s.idle_expires_at, u.is_active
    from line l
    join sessions s on s.id = l.successor_id
    join users u on u.id = s.user_id
)
select first as id from line
group by first
having not bool_or(
    id is not null and ended_at is null and expires_at > $2 and coalesce(idle_expires_at > $2, true) and is_active
) and not exists (
    select from api_keys k join users u on u.id = k.user_id
    where k.id = first and k.revoked_at is null and coalesce(k.expires_at > $2, true) and u.is_active
);

-- name: sweep
-- $1 over before this moment, $2 how many at most
delete from sessions where id in (
    select id from sessions
    where least(expires_at, coalesce(idle_expires_at, expires_at), coalesce(ended_at, expires_at)) < $1
    limit $2
    for update skip locked
)
returning id;
