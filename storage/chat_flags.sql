-- name: raise
-- $1 chat, $2 reason; another reason for one that waits takes the place of the first
insert into chat_flags as f (chat_id, reason) values ($1, $2)
on conflict (chat_id) where settled_at is null do update set reason = excluded.reason
returning f.id, xmax = 0 as is_new;

-- name: page
-- $1 whether settled, $2 id of the last flag of the page before or null, $3 limit
select f.id, f.chat_id, c.title, f.reason, f.created_at, f.note, f.settled_at
from chat_flags f join chats c on c.id = f.chat_id
where (f.settled_at is not null) = $1 and ($2::uuid is null or f.id > $2)
order by f.id limit $3;

-- name: get
-- $1 flag
select f.id, f.chat_id, c.title, f.reason, f.created_at, f.note, f.settled_at
from chat_flags f join chats c on c.id = f.chat_id
where f.id = $1;

-- name: settle
-- $1 flag, $2 note or null, $3 moderator, $4 now; no row where it is settled
update chat_flags set note = $2, settled_by = $3, settled_at = $4 where id = $1 and settled_at is null returning id;
