-- name: fulfil
-- $1 order, $2 carrier or null, $3 tracking ids
insert into order_fulfilments (order_id, carrier, tracking_ids) values ($1, $2, $3) returning id;

-- name: fulfil_items
-- $1 fulfilment, $2 order
insert into order_fulfilment_items (fulfilment_id, order_item_id, quantity)
select $1, id, quantity from order_items where order_id = $2 order by position, id;

-- name: arrived
-- $1 order
update order_fulfilments set delivered_at = now() where order_id = $1 and delivered_at is null;

-- name: set_status
-- $1 order, $2 status
update orders set status = $2, updated_at = now() where id = $1;
