-- name: customer
-- $1 user name, $2 e-mail address, $3 first name, $4 last name
insert into users (username, email, first_name, last_name) values ($1, $2, $3, $4) returning id;

-- name: order
-- $1 user, $2 store, $3 order number, $4 status, $5 subtotal, $6 address, $7 payment method or null
insert into orders (
    user_id, store_id, order_number, status, currency, subtotal, total, shipping_address, billing_address,
    payment_method_id, payment_method, cancelled_at
)
select
    $1, s.id, $3, $4::text, s.currency, $5::bigint, $5::bigint, $6::jsonb, $6::jsonb, m.id, m.kind,
    case when $4::text = 'cancelled' then now() end
from stores s left join payment_methods m on m.id = $7 and m.user_id = $1
where s.id = $2
returning id;

-- name: item
-- $1 order, $2 place, $3 product, $4 quantity, $5 unit price
insert into order_items (order_id, product_id, position, sku, name, options, quantity, unit_price, total_price)
select $1, p.id, $2, p.sku, p.name, p.options, $4::int, $5::bigint, $4::int * $5::bigint from products p where p.id = $3
returning id;

-- name: payment
-- $1 order, $2 payment method, $3 payment or refund, $4 amount
insert into order_payments (order_id, payment_method_id, type, amount, currency, status, due_at)
select o.id, $2, $3, $4, o.currency, 'completed', null from orders o where o.id = $1;

-- name: parcel
-- $1 order, $2 tracking ids, $3 order items, $4 whether it has arrived
with sent as (
    insert into order_fulfilments (order_id, tracking_ids, delivered_at)
    values ($1, $2, case when $4::boolean then now() end)
    returning id
)
insert into order_fulfilment_items (fulfilment_id, order_item_id, quantity)
select sent.id, i.id, i.quantity
from sent, unnest($3::uuid[]) with ordinality as inside(id, place) join order_items i using (id)
order by inside.place;
