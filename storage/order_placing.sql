-- name: lock_cart
-- $1 cart, $2 user
select id from carts where id = $1 and user_id = $2 and active for update;

-- name: lock_products
-- $1 cart
select p.id from cart_items i join products p on p.id = i.product_id where i.cart_id = $1 order by p.id
for no key update of p;

-- name: lines
-- $1 cart, $2 user
select
    c.id, c.store_id, c.version, s.currency, s.tax_percent, s.tax_included, i.product_id, i.quantity, p.sku, p.name,
    p.options, p.effective_price as unit_price, p.stock, p.is_active and p.currency = s.currency as is_active
from carts c join stores s on s.id = c.store_id
left join cart_items i on i.cart_id = c.id
left join products p on p.id = i.product_id
where c.id = $1 and c.user_id = $2 and c.active and not c.suggested
order by i.created_at, i.id;

-- name: insert
-- $1 user, $2 store, $3 cart, $4 action or null, $5 order number, $6 currency, $7 subtotal, $8 tax, $9 total,
-- $10 tax percent, $11 whether prices include it, $12 and $13 addresses, $14 payment method, $15 its kind
insert into orders (
    user_id, store_id, cart_id, message_action_id, order_number, currency, subtotal, tax, total, tax_percent,
    tax_included, shipping_address, billing_address, payment_method_id, payment_method
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (order_number) do nothing
returning id;

-- name: add_item
-- $1 order, $2 product, $3 place, $4 sku, $5 name, $6 options, $7 quantity, $8 unit price
insert into order_items (order_id, product_id, position, sku, name, options, quantity, unit_price, total_price)
values ($1, $2, $3, $4, $5, $6, $7, $8, $7::int * $8::bigint);

-- name: end_cart
-- $1 cart
update carts set active = false, version = version + 1, updated_at = now() where id = $1;
