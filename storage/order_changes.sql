-- name: change_address
-- $1 order, $2 address
update orders set shipping_address = $2, updated_at = now() where id = $1;

-- name: change_payment
-- $1 order, $2 payment method, $3 its kind
update orders set payment_method_id = $2, payment_method = $3, payment_changed_at = now(), updated_at = now()
where id = $1;

-- name: change_items
-- $1 order, $2 subtotal, $3 tax, $4 total
update orders set subtotal = $2, tax = $3, total = $4, items_changed_at = now(), updated_at = now() where id = $1;

-- name: replace_item
-- $1 order item, $2 product, $3 sku, $4 name, $5 options, $6 quantity, $7 unit price
update order_items
set product_id = $2, sku = $3, name = $4, options = $5, quantity = $6, unit_price = $7,
    total_price = $6::int * $7::bigint
where id = $1;

-- name: split_item
-- $1 order item, $2 product, $3 sku, $4 name, $5 options, $6 quantity, $7 unit price
with rest as (
    update order_items set quantity = quantity - $6::int, total_price = (quantity - $6::int) * unit_price
    where id = $1
    returning order_id, position
)
insert into order_items (order_id, product_id, position, sku, name, options, quantity, unit_price, total_price)
select order_id, $2, position, $3, $4, $5, $6::int, $7::bigint, $6::int * $7::bigint from rest;
