-- name: open
-- $1 order, $2 payment method, $3 return or exchange, $4 price difference, $5 reason or null
insert into order_returns (order_id, payment_method_id, kind, price_difference, reason) values ($1, $2, $3, $4, $5)
returning id;

-- name: add_item
-- $1 return, $2 order item, $3 pieces, $4 new product or null, $5 its price or null
insert into order_return_items (return_id, order_item_id, quantity, new_product_id, new_unit_price)
values ($1, $2, $3, $4, $5);

-- name: take_back
-- $1 order item, $2 pieces
update order_items set returned = returned + $2 where id = $1;

-- name: add_new
-- $1 order item that comes back, $2 product that goes out, $3 pieces, $4 its price as it was promised
insert into order_items (order_id, product_id, position, sku, name, options, quantity, unit_price, total_price)
select i.order_id, p.id, i.position, p.sku, p.name, p.options, $3::int, $4::bigint, $3::int * $4::bigint
from order_items i, products p
where i.id = $1 and p.id = $2;

-- name: rebill
-- $1 order, $2 subtotal, $3 tax, $4 total
update orders set subtotal = $2, tax = $3, total = $4, updated_at = now() where id = $1;

-- name: close
-- $1 return, $2 how it came out
update order_returns set status = $2, closed_at = now() where id = $1;

-- name: set_status
-- $1 order, $2 status
update orders set status = $2, updated_at = now() where id = $1;
