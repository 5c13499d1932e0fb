-- name: find
-- $1 chat id, $2 public id
select id, chat_id, parent_id, public_id, role, metadata, created_at
from messages where chat_id = $1 and public_id = $2;

-- name: get
-- $1 message id
select id, chat_id, parent_id, public_id, role, metadata, created_at from messages where id = $1;

-- name: of_person
-- $1 user id, $2 public id
select m.id, m.chat_id, m.parent_id, m.public_id, m.role, m.metadata, m.created_at
from chats c join messages m on m.chat_id = c.id
where c.user_id = $1 and c.is_active and m.public_id = $2 order by m.created_at desc limit 1;

-- name: branch
-- $1 id of the last message
with recursive up as (
    select m.*, 0 as depth from messages m where m.id = $1
    union all
    select m.*, up.depth + 1 from up join messages m on m.id = up.parent_id
)
select id, chat_id, parent_id, public_id, role, metadata, created_at from up order by depth desc;

-- name: siblings
-- $1 chat id, $2 parent id or null, $3 role
select id, chat_id, parent_id, public_id, role, metadata, created_at
from messages where chat_id = $1 and parent_id is not distinct from $2 and role = $3 order by created_at, id;

-- name: forks
-- $1 message ids
-- For each of them that is not alone in its place, the names of all that stand there, oldest first.
select m.public_id, array_agg(s.public_id order by s.created_at, s.id) as versions
from messages m
join messages s on s.chat_id = m.chat_id and s.parent_id is not distinct from m.parent_id and s.role = m.role
where m.id = any($1::uuid[])
group by m.id, m.public_id having count(*) > 1;

-- name: latest_below
-- $1 message id
with recursive down as (
    select m.id, 0 as depth from messages m where m.id = $1
    union all
    select c.id, down.depth + 1
    from down cross join lateral (
        select id from messages where parent_id = down.id order by created_at desc, id desc limit 1
    ) c
)
select id from down order by depth desc limit 1;

-- name: supersede
-- $1 message id
update messages set public_id = id::text where id = $1;

-- name: begin_again
-- $1 message id
update messages set metadata = metadata - '{state,finishReason,usage}'::text[] where id = $1;

-- name: describe
-- $1 message id, $2 jsonb to merge
update messages set metadata = metadata || $2::jsonb where id = $1;
