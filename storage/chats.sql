-- name: find
-- $1 public id, $2 user id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where public_id = $1 and user_id = $2 and is_active;

-- name: get
-- $1 chat id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at from chats where id = $1;

-- name: make
-- $1 public id, $2 user id, $3 store id or null, $4 title
insert into chats (public_id, user_id, store_id, title) values ($1, $2, $3, $4) on conflict (public_id) do nothing;

-- name: lock
-- $1 public id, $2 user id
select id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at
from chats where public_id = $1 and user_id = $2 and is_active
for no key update;

-- name: move_leaf
-- $1 chat id, $2 message id
update chats set leaf_id = $2, updated_at = now() where id = $1;
