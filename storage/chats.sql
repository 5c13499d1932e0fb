-- name: find
-- $1 public id, $2 user id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where public_id = $1 and user_id = $2 and is_active;

-- name: get
-- $1 chat id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at from chats where id = $1;

-- name: open
-- $1 public id, $2 user id, $3 store id or null, $4 title
-- The update only locks the row. A row that was there has an xmax, the lock; one just made has none.
insert into chats (public_id, user_id, store_id, title) values ($1, $2, $3, $4)
on conflict (public_id) do update set user_id = excluded.user_id
    where chats.user_id = excluded.user_id and chats.is_active
returning id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at, xmax = 0 as is_new;

-- name: lock
-- $1 chat id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where id = $1 for no key update;

-- name: move_leaf
-- $1 chat id, $2 message id
update chats set leaf_id = $2, updated_at = now() where id = $1;
