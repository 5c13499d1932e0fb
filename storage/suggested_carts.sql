-- name: add
-- $1 user, $2 session or null, $3 store, $4 message or null, $5 title, $6 reason, $7 score
insert into carts (user_id, session_id, store_id, suggested, suggested_by_message_id, title, reason, score)
values ($1, $2, $3, true, $4, $5, $6, $7)
returning id;

-- name: fill
-- $1 cart, $2 products, $3 how many of each; a row for each that the cart's store sells and has so many of
insert into cart_items (cart_id, product_id, quantity, unit_price, currency)
select c.id, p.id, given.quantity, p.effective_price, p.currency
from carts c join stores s on s.id = c.store_id
cross join unnest($2::uuid[], $3::int[]) with ordinality as given(product_id, quantity, place)
join products p on p.id = given.product_id and p.store_id = s.id and p.currency = s.currency
where c.id = $1 and p.is_active and p.stock >= given.quantity
order by given.place
returning product_id;

-- name: hold
-- $1 suggested cart, $2 user
select id, store_id, outcome, score, suggested_by_message_id from carts
where id = $1 and user_id = $2 and suggested
for update;

-- name: take
-- $1 suggested cart, $2 own cart, $3 most pieces of a product; a row an item: pieces held before, pieces taken
with offered as (
    select
        i.id, i.product_id, i.quantity, p.stock, p.is_active and p.currency = s.currency as for_sale, p.effective_price,
        p.currency, coalesce(own.quantity, 0) as held
    from carts c join stores s on s.id = c.store_id
    join cart_items i on i.cart_id = c.id
    join products p on p.id = i.product_id
    left join cart_items own on own.cart_id = $2 and own.product_id = i.product_id
    where c.id = $1
), settled as (
    select *, case when for_sale then greatest(0, least(quantity, stock - held, $3 - held)) else 0 end as taken
    from offered
), put as (
    insert into cart_items (cart_id, product_id, quantity, unit_price, currency)
    select $2, product_id, held + taken, effective_price, currency from settled where taken > 0 order by id
    on conflict (cart_id, product_id) do update
    set quantity = excluded.quantity, unit_price = excluded.unit_price, currency = excluded.currency, updated_at = now()
), noted as (
    update cart_items i set
        taken = s.taken,
        left_out_reason = case
            when s.taken = s.quantity then null
            when not s.for_sale then 'not-for-sale'
            when s.stock = 0 then 'out-of-stock'
            when s.stock < least(s.held + s.quantity, $3) then 'too-few'
            else 'too-many'
        end,
        updated_at = now()
    from settled s where i.id = s.id
), changed as (
    update carts set version = version + 1, updated_at = now()
    where id = $2 and exists (select from settled where taken > 0)
    returning version
)
select product_id, held, taken, (select version from changed) as version from settled order by id;

-- name: close
-- $1 suggested cart, $2 outcome
update carts set active = false, outcome = $2, updated_at = now() where id = $1;
