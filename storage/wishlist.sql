-- name: put
-- $1 user, $2 product, $3 store or null; no row when there is no such product
with product as (
    select id from products where id = $2 and is_active and ($3::uuid is null or store_id = $3)
), added as (
    insert into wishlist_items (user_id, product_id) select $1, id from product
    on conflict (user_id, product_id) do nothing
    returning id
)
select exists (select from added) as added from product;

-- name: remove
-- $1 user, $2 product
delete from wishlist_items where user_id = $1 and product_id = $2 returning id;

-- name: page
-- $1 user, $2 store or null, $3 when the last item of the page before was added and $4 its product, or nulls, $5 limit
select
    w.product_id, w.added_at, p.store_id, p.name, p.brand, p.effective_price, p.price, p.currency, p.stock, p.is_active,
    i.id as image_id, i.url as image_url, i.alt_text as image_alt
from wishlist_items w
join products p on p.id = w.product_id
left join product_images i on i.product_id = p.id and i.is_primary
where w.user_id = $1
    and ($2::uuid is null or p.store_id = $2)
    and ($3::timestamptz is null or (w.added_at, w.product_id) < ($3, $4::uuid))
order by w.added_at desc, w.product_id desc
limit $5;
