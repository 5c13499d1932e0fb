-- name: create
-- $1 user, $2 name, $3 prefix, $4 digest, $5 scopes, $6 stores or null, $7 when it expires, $8 now, $9 how many live
-- keys a person may have; no row when there are as many
with owner as (
    select id from users where id = $1 for no key update
)
insert into api_keys (user_id, name, prefix, key_hash, scopes, store_ids, expires_at)
select id, $2, $3, $4, $5, $6, $7 from owner
where (select count(*) from api_keys where user_id = $1 and revoked_at is null and expires_at > $8) < $9
returning id, user_id, name, prefix, scopes, store_ids, expires_at, last_used_at, revoked_at, created_at;

-- name: presented
-- $1 digest of the key, $2 now; a use is written down when the last one known is ten minutes old
with key as (
    select k.id, k.user_id, k.scopes, k.store_ids, k.last_used_at, u.is_anonymous, u.role
    from api_keys k join users u on u.id = k.user_id
    where k.key_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2) and u.is_active
), used as (
    update api_keys set last_used_at = $2
    where id = (
        select id from key where last_used_at is null or last_used_at < $2::timestamptz - interval '10 minutes'
    )
)
select id, user_id, scopes, store_ids, is_anonymous, role from key;

-- name: page
-- $1 user or null for everybody, $2 last id of the page before or null, $3 limit; the newest have the highest ids
select id, user_id, name, prefix, scopes, store_ids, expires_at, last_used_at, revoked_at, created_at
from api_keys
where ($1::uuid is null or user_id = $1) and ($2::uuid is null or id < $2)
order by id desc
limit $3;

-- name: revoke
-- $1 key, $2 user or null for anybody's, $3 now; `ended` says whether this ended it
with key as (
    select id, revoked_at from api_keys where id = $1 and ($2::uuid is null or user_id = $2) for update
), ended as (
    update api_keys set revoked_at = $3 where id = (select id from key where revoked_at is null) returning id
)
select exists (select from ended) as ended from key;

-- name: names_another_store
-- $1 user, $2 stores, $3 names as clients give them, $4 ids, $5 order numbers in capitals and digits
select
    exists (select from stores where id = any($4::uuid[]) and id <> all($2::uuid[]))
    or exists (select from products where id = any($4) and store_id <> all($2))
    or exists (select from product_families where id = any($4) and store_id <> all($2))
    or exists (
        select from product_images i join products p on p.id = i.product_id
        where i.id = any($4) and p.store_id <> all($2)
    )
    or exists (
        select from reviews r join products p on p.id = r.product_id where r.id = any($4) and p.store_id <> all($2)
    )
    or exists (select from documents where id = any($4) and store_id <> all($2))
    or exists (select from carts where id = any($4) and store_id <> all($2))
    or exists (
        select from cart_items i join carts c on c.id = i.cart_id where i.id = any($4) and c.store_id <> all($2)
    )
    or exists (select from orders where id = any($4) and store_id <> all($2))
    or exists (
        select from order_items i join orders o on o.id = i.order_id where i.id = any($4) and o.store_id <> all($2)
    )
    or exists (
        select from orders
        where user_id = $1 and store_id <> all($2)
            and upper(regexp_replace(order_number, '[^[:alnum:]]', '', 'g')) = any($5::text[])
    )
    or exists (
        select from message_actions where id = any($4) and (store_id is null or store_id <> all($2))
    )
    or exists (
        select from chats
        where user_id = $1 and public_id = any($3::text[]) and (store_id is null or store_id <> all($2))
    )
    or exists (
        select from chats c join messages m on m.chat_id = c.id
        where c.user_id = $1 and (m.public_id = any($3) or m.id = any($4))
            and (c.store_id is null or c.store_id <> all($2))
    );
