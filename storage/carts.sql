-- name: view
-- $1 cart
select
    c.id, c.store_id, s.currency, c.version, i.product_id, i.quantity, i.unit_price, p.name, p.brand,
    p.effective_price as price_now, p.price as list_price, p.discount_percent, p.stock, p.is_active,
    m.id as image_id, m.url as image_url, m.alt_text as image_alt
from carts c join stores s on s.id = c.store_id
left join cart_items i on i.cart_id = c.id
left join products p on p.id = i.product_id
left join product_images m on m.product_id = p.id and m.is_primary
where c.id = $1
order by i.created_at, i.id;

-- name: own_ids
-- $1 user, $2 store or null
select id from carts
where user_id = $1 and ($2::uuid is null or store_id = $2) and active and suggested_by_message_id is null
order by updated_at desc, id;

-- name: open_for
-- $1 user, $2 session or null, $3 product, $4 store or null; the update changes nothing but returns and locks the row
insert into carts as c (user_id, session_id, store_id)
select $1, $2, p.store_id from products p where p.id = $3 and ($4::uuid is null or p.store_id = $4)
on conflict (user_id, store_id) where active and suggested_by_message_id is null
do update set version = c.version
returning id;

-- name: lock
-- $1 cart
select version from carts where id = $1 and active for update;

-- name: set_quantity
-- $1 cart, $2 product, $3 quantity; no row when the cart's store does not have the product
with product as (
    select p.id, p.stock, p.is_active, p.effective_price, p.currency
    from carts c join products p on p.store_id = c.store_id
    where c.id = $1 and p.id = $2
), before as (
    select quantity from cart_items where cart_id = $1 and product_id = $2
), put as (
    insert into cart_items as i (cart_id, product_id, quantity, unit_price, currency)
    select $1, id, $3, effective_price, currency from product where $3 > 0 and is_active and stock >= $3
    on conflict (cart_id, product_id) do update
    set quantity = excluded.quantity, unit_price = excluded.unit_price, currency = excluded.currency, updated_at = now()
    where (i.quantity, i.unit_price, i.currency) <> (excluded.quantity, excluded.unit_price, excluded.currency)
    returning i.id
), taken as (
    delete from cart_items where cart_id = $1 and product_id = $2 and $3 = 0 returning id
), changed as (
    update carts set version = version + 1, updated_at = now()
    where id = $1 and (exists (select from put) or exists (select from taken))
    returning version
)
select
    p.stock, p.is_active, coalesce((select quantity from before), 0) as before, (select version from changed) as version
from product p;
