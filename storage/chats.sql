-- name: find
-- $1 public id, $2 user id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where public_id = $1 and user_id = $2 and is_active;

-- name: get
-- $1 chat id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at from chats where id = $1;

-- name: lock
-- $1 chat id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where id = $1 for no key update;

-- name: move_leaf
-- $1 chat id, $2 message id
update chats set leaf_id = $2, updated_at = now() where id = $1;

-- name: page
-- $1 user id, $2 words to be found or null, $3 and $4 updated_at and id of the last chat of the page before or null, $5 limit,
-- $6 stores or null
-- A chat is found by its title and by what anybody said in it. One in which nothing was said yet is not listed.
select c.public_id, c.title, s.slug as store, c.updated_at, c.id
from chats c left join stores s on s.id = c.store_id
where c.user_id = $1 and c.is_active and c.leaf_id is not null
    and ($3::timestamptz is null or (c.updated_at, c.id) < ($3, $4::uuid))
    and ($6::uuid[] is null or c.store_id = any($6))
    and (
        $2::text is null or strpos(lower(c.title), lower($2)) > 0 or exists (
            select from messages m join parts p on p.message_id = m.id
            where m.chat_id = c.id and p.type = 'text' and strpos(lower(p.text_text), lower($2)) > 0
        )
    )
order by c.updated_at desc, c.id desc limit $5;

-- name: rename
-- $1 chat id, $2 title
update chats set title = $2 where id = $1;

-- name: put_away
-- $1 chat id
update chats set is_active = false where id = $1;
