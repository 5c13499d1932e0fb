-- name: many
-- $1 carts; rows come in the order of the ids, a row an item in the order they came in. What is not priced in the
-- store's currency cannot be sold there.
select
    c.id, c.store_id, s.slug as store, s.currency, c.version, c.active, c.suggested, c.suggested_by_message_id, c.title,
    c.reason, c.score, c.outcome, i.id as item_id, i.product_id, i.quantity, i.unit_price, i.taken, i.left_out_reason,
    p.name, p.brand,
    p.effective_price as price_now, p.price as list_price, p.discount_percent, p.stock,
    p.is_active and p.currency = s.currency as for_sale, m.id as image_id, m.url as image_url, m.alt_text as image_alt
from unnest($1::uuid[]) with ordinality as wanted(id, place) join carts c using (id)
join stores s on s.id = c.store_id
left join cart_items i on i.cart_id = c.id
left join products p on p.id = i.product_id
left join product_images m on m.product_id = p.id and m.is_primary
order by wanted.place, i.created_at, i.id;

-- name: owner
-- $1 cart
select user_id from carts where id = $1;

-- name: own_ids
-- $1 user, $2 store or null
select id from carts
where user_id = $1 and ($2::uuid is null or store_id = $2) and active and not suggested
order by updated_at desc, id;

-- name: page
-- $1 user, $2 store or null, $3 message whose suggestions are wanted or null for own carts, $4 last id of the page
-- before or null, $5 limit; suggestions come by their score
select id from carts
where user_id = $1 and ($2::uuid is null or store_id = $2)
    and case when $3::uuid is null then active and not suggested else suggested_by_message_id = $3 end
    and (
        $4::uuid is null
        or (coalesce(-score, 0), id) > (select coalesce(-a.score, 0), a.id from carts a where a.id = $4 and a.user_id = $1)
    )
order by coalesce(-score, 0), id
limit $5;

-- name: store_of
-- $1 product, $2 store or null
select store_id from products where id = $1 and ($2::uuid is null or store_id = $2);

-- name: open_in
-- $1 user, $2 session or null, $3 store; the update changes nothing but returns and locks the row
insert into carts as c (user_id, session_id, store_id) values ($1, $2, $3)
on conflict (user_id, store_id) where active and not suggested do update set version = c.version
returning id, xmax = 0 as new;

-- name: hold
-- $1 cart, $2 user
select version, active and not suggested as changeable from carts where id = $1 and user_id = $2 for update;

-- name: lock
-- $1 cart
select version from carts where id = $1 and active for update;

-- name: set_quantity
-- $1 cart, $2 product, $3 quantity; no row when the cart's store does not have the product
with product as (
    select p.id, p.stock, p.is_active and p.currency = s.currency as for_sale, p.effective_price, p.currency
    from carts c join stores s on s.id = c.store_id join products p on p.store_id = s.id
    where c.id = $1 and p.id = $2
), before as (
    select quantity from cart_items where cart_id = $1 and product_id = $2
), put as (
    insert into cart_items as i (cart_id, product_id, quantity, unit_price, currency)
    select $1, id, $3, effective_price, currency from product where $3 > 0 and for_sale and stock >= $3
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
    p.stock, p.for_sale, coalesce((select quantity from before), 0) as before, (select version from changed) as version
from product p;
