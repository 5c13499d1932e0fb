-- name: heads
-- $1 order ids; rows come in the order of the ids
select
    o.id, o.user_id, o.store_id, o.order_number, o.status, o.currency, o.subtotal, o.tax, o.total, o.tax_percent,
    o.tax_included, o.shipping_address, o.billing_address, o.payment_method_id, o.payment_method, o.payment_status,
    o.cancel_reason, o.items_changed_at, o.payment_changed_at, o.cart_id, o.created_at, o.updated_at
from unnest($1::uuid[]) with ordinality as wanted(id, place) join orders o using (id)
order by wanted.place;

-- name: items
-- $1 order ids
select
    i.order_id, i.id, i.product_id, p.family_id, i.sku, i.name, i.options, i.quantity, i.returned, i.unit_price
from order_items i join products p on p.id = i.product_id
where i.order_id = any($1::uuid[])
order by i.order_id, i.position, i.id;

-- name: payments
-- $1 order ids
select
    p.order_id, p.id, p.return_id, p.payment_method_id, m.kind, p.type, p.amount, p.status, p.provider_reference,
    p.failure, p.attempts, p.due_at, p.created_at
from order_payments p join payment_methods m on m.id = p.payment_method_id
where p.order_id = any($1::uuid[])
order by p.order_id, p.id;

-- name: fulfilments
-- $1 order ids
select
    f.order_id, f.id, f.carrier, f.tracking_ids, f.created_at, f.delivered_at,
    coalesce(array_agg(i.order_item_id order by i.id) filter (where i.id is not null), '{}') as order_item_ids,
    coalesce(array_agg(i.quantity order by i.id) filter (where i.id is not null), '{}') as quantities
from order_fulfilments f left join order_fulfilment_items i on i.fulfilment_id = f.id
where f.order_id = any($1::uuid[])
group by f.id
order by f.order_id, f.id;

-- name: returns
-- $1 order ids
select
    r.order_id, r.id, r.payment_method_id, r.kind, r.status, r.price_difference, r.reason, r.created_at,
    array_agg(i.order_item_id order by i.id) as order_item_ids, array_agg(i.quantity order by i.id) as quantities,
    array_agg(i.new_product_id order by i.id) as new_product_ids,
    array_agg(i.new_unit_price order by i.id) as new_unit_prices
from order_returns r join order_return_items i on i.return_id = r.id
where r.order_id = any($1::uuid[])
group by r.id
order by r.order_id, r.id;

-- name: own_id
-- $1 user, $2 order id or null, $3 order number in capitals and digits, or null
select id from orders
where user_id = $1 and (id = $2::uuid or upper(regexp_replace(order_number, '[^[:alnum:]]', '', 'g')) = $3::text);

-- name: own_ids
-- $1 user, $2 store or null, $3 status or null, $4 and $5 when the last order of the page before was placed and its id,
-- $6 limit
select id from orders
where user_id = $1
    and ($2::uuid is null or store_id = $2)
    and ($3::text is null or status = $3)
    and ($4::timestamptz is null or (created_at, id) < ($4, $5::uuid))
order by created_at desc, id desc
limit $6;

-- name: every_id
-- $1 store or null, $2 status or null, $3 user or null, $4 payment status or null, $5 order number in capitals and digits
-- or null, $6 and $7 when the last order of the page before was placed and its id, $8 limit
select id from orders
where ($1::uuid is null or store_id = $1)
    and ($2::text is null or status = $2)
    and ($3::uuid is null or user_id = $3)
    and ($4::text is null or payment_status = $4)
    and ($5::text is null or upper(regexp_replace(order_number, '[^[:alnum:]]', '', 'g')) = $5)
    and ($6::timestamptz is null or (created_at, id) < ($6, $7::uuid))
order by created_at desc, id desc
limit $8;

-- name: lock
-- $1 order
select id from orders where id = $1 for update;
