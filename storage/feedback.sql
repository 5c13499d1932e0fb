-- name: put
-- $1 message, $2 user, $3 up or down, $4 comment or null
insert into message_feedback as f (message_id, user_id, vote, comment)
values ($1, $2, case $3::text when 'up' then 1 else -1 end, $4)
on conflict (message_id, user_id) do update
set vote = excluded.vote, comment = excluded.comment, updated_at = now()
where (f.vote, f.comment) is distinct from (excluded.vote, excluded.comment);

-- name: mine
-- $1 message, $2 user
select
    f.id, m.public_id as message, case f.vote when 1 then 'up' else 'down' end as vote, f.comment, o.model, o.prompt_name,
    o.prompt_version, f.created_at, f.updated_at
from message_feedback f join messages m on m.id = f.message_id join ai_options o on o.message_id = m.id
where f.message_id = $1 and f.user_id = $2;

-- name: remove
-- $1 message, $2 user
delete from message_feedback where message_id = $1 and user_id = $2
returning case vote when 1 then 'up' else 'down' end as vote, comment;

-- name: page
-- $1 up, down or null for both, $2 last id of the page before or null, $3 limit
select
    f.id, m.public_id as message, case f.vote when 1 then 'up' else 'down' end as vote, f.comment, o.model, o.prompt_name,
    o.prompt_version, f.created_at, f.updated_at
from message_feedback f join messages m on m.id = f.message_id join ai_options o on o.message_id = m.id
where ($1::text is null or (f.vote = 1) = ($1 = 'up')) and ($2::uuid is null or f.id < $2)
order by f.id desc
limit $3;

-- name: votes
-- $1 messages, $2 user
select m.public_id as message, case f.vote when 1 then 'up' else 'down' end as vote
from message_feedback f join messages m on m.id = f.message_id
where f.message_id = any($1::uuid[]) and f.user_id = $2;
