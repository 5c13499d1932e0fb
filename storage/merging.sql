-- name: lock_reservations
-- $1 guest
select run_id from run_reservations where user_id = $1 order by run_id for update;

-- name: lock_chats
-- $1 guest; so hard that a run that ends waits as well, before it counts what it used
select id from chats where user_id = $1 order by id for update;

-- name: lock_actions
-- $1 guest
select id from message_actions where user_id = $1 order by id for no key update;

-- name: lock_carts
-- $1 guest, $2 account
select id from carts where user_id in ($1, $2) order by id for update;

-- name: hold_guest
-- $1 guest; waits for whoever refers to the guest in a transaction that is under way, and lets nobody else
select id from users where id = $1 and is_anonymous for update;

-- name: cart_items
-- $1 user; what is in their own carts, as it is
select s.slug as store, i.product_id, p.name, i.quantity as guest, 0 as account, i.quantity
from carts c join stores s on s.id = c.store_id join cart_items i on i.cart_id = c.id join products p on p.id = i.product_id
where c.user_id = $1 and c.active and not c.suggested
order by s.slug, i.created_at, i.id;

-- name: counts
-- $1 user
select
    (select count(*) from chats where user_id = $1)::int as chats,
    (select count(*) from wishlist_items where user_id = $1)::int as wishlist_items,
    (select count(*) from orders where user_id = $1)::int as orders,
    (select count(*) from message_actions where user_id = $1)::int as actions,
    (select count(*) from reviews where user_id = $1)::int as reviews,
    (select count(*) from interactions where user_id = $1)::int as events,
    (select count(*) from search_logs where user_id = $1)::int as searches,
    (select count(*) from recommendation_logs where user_id = $1)::int as recommendations,
    (select count(*) from ab_tests where user_id = $1)::int as cohorts,
    (select count(*) from addresses where user_id = $1)::int as addresses,
    (select count(*) from payment_methods where user_id = $1)::int as payment_methods;

-- name: add_up_carts
-- $1 guest, $2 account, $3 most pieces of a product; a row an item of those carts of the guest's that the account has too
with pairs as (
    select g.id as theirs, a.id as own, s.slug, s.currency
    from carts g
    join carts a on a.store_id = g.store_id and a.user_id = $2 and a.active and not a.suggested
    join stores s on s.id = g.store_id
    where g.user_id = $1 and g.active and not g.suggested
), offered as (
    select
        c.own, c.slug, i.id, i.product_id, p.name, i.quantity as theirs, coalesce(o.quantity, 0) as held, p.stock,
        p.is_active and p.currency = c.currency as for_sale,
        case when p.is_active and p.currency = c.currency then p.effective_price else i.unit_price end as unit_price,
        i.currency
    from pairs c
    join cart_items i on i.cart_id = c.theirs
    join products p on p.id = i.product_id
    left join cart_items o on o.cart_id = c.own and o.product_id = i.product_id
), settled as (
    select *, greatest(held, theirs, case when for_sale then least(held + theirs, stock, $3) end) as quantity
    from offered
), put as (
    insert into cart_items (cart_id, product_id, quantity, unit_price, currency)
    select own, product_id, quantity, unit_price, currency from settled order by id
    on conflict (cart_id, product_id) do update
    set quantity = excluded.quantity, unit_price = excluded.unit_price, updated_at = now()
), changed as (
    update carts set version = version + 1, updated_at = now() where id in (select own from settled)
), gone as (
    delete from carts where id in (select theirs from pairs)
)
select slug as store, product_id, name, theirs as guest, held as account, quantity from settled order by slug, id;

-- name: carts
-- $1 guest, $2 account
update carts set user_id = $2, updated_at = now() where user_id = $1;

-- name: message_feedback
-- $1 guest, $2 account
update message_feedback g set user_id = $2
where user_id = $1
    and not exists (select from message_feedback a where a.user_id = $2 and a.message_id = g.message_id);

-- name: chat_vectors
-- $1 guest, $2 account
update chat_vectors set user_id = $2 where user_id = $1;

-- name: decided_by
-- $1 guest, $2 account
update message_actions set decided_by = $2 where decided_by = $1;

-- name: settled_by
-- $1 guest, $2 account
update chat_flags set settled_by = $2 where settled_by = $1;

-- name: same_payment_methods
-- $1 guest, $2 account; what was paid with a method that the account has too was paid with the account's
with pairs as (
    select g.id as theirs, a.id as own, g.is_active
    from payment_methods g
    join payment_methods a on a.user_id = $2 and a.kind = g.kind and (a.reference = g.reference or a.kind = 'manual')
    where g.user_id = $1 and g.kind <> 'gift_card'
), used as (
    update payment_methods m set is_active = true from pairs p where m.id = p.own and p.is_active
), ordered as (
    update orders o set payment_method_id = p.own from pairs p where o.payment_method_id = p.theirs
), returned as (
    update order_returns r set payment_method_id = p.own from pairs p where r.payment_method_id = p.theirs
)
update order_payments r set payment_method_id = p.own from pairs p where r.payment_method_id = p.theirs;

-- name: idempotency_keys
-- $1 guest, $2 account
update idempotency_keys g set user_id = $2
where user_id = $1 and not exists (
    select from idempotency_keys a where a.user_id = $2 and a.endpoint = g.endpoint and a.key = g.key
);

-- name: moderated_by
-- $1 guest, $2 account
update reviews set moderated_by = $2 where moderated_by = $1;

-- name: helpful_votes
-- $1 guest, $2 account
update review_helpful_votes g set user_id = $2
where user_id = $1
    and not exists (select from review_helpful_votes a where a.user_id = $2 and a.review_id = g.review_id);

-- name: own_votes
-- $1 account; votes for what has turned out to be the account's own review
delete from review_helpful_votes v using reviews r where v.user_id = $1 and r.id = v.review_id and r.user_id = $1;

-- name: repeated_interactions
-- $1 guest, $2 account; a client has told both times of the same event
delete from interactions g using interactions a
where g.user_id = $1 and a.user_id = $2 and a.client_id = g.client_id;

-- name: audit_log
-- $1 guest, $2 account
update audit_log set user_id = $2 where user_id = $1;

-- name: usage_days
-- $1 guest, $2 account
with gone as (
    delete from usage_days where user_id = $1 returning *
)
insert into usage_days as u (
    user_id, api_key_id, day, runs, tokens, cost_micros, reserved_tokens, reserved_cost_micros
)
select $2, api_key_id, day, runs, tokens, cost_micros, reserved_tokens, reserved_cost_micros from gone
on conflict (user_id, api_key_id, day) do update set
    runs = u.runs + excluded.runs, tokens = u.tokens + excluded.tokens,
    cost_micros = u.cost_micros + excluded.cost_micros, reserved_tokens = u.reserved_tokens + excluded.reserved_tokens,
    reserved_cost_micros = u.reserved_cost_micros + excluded.reserved_cost_micros;

-- name: run_reservations
-- $1 guest, $2 account
update run_reservations set user_id = $2 where user_id = $1;

-- name: api_keys
-- $1 guest, $2 account
update api_keys set user_id = $2 where user_id = $1;

-- name: sessions
-- $1 guest, $2 account; they stay as the account's, ended, for what has them in its rows
update sessions set user_id = $2, ended_at = coalesce(ended_at, now()) where user_id = $1;

-- name: delete_guest
-- $1 guest; with the few rows that the account had already
delete from users where id = $1;

-- name: chats
-- $1 guest, $2 account
with moved as (
    update chats set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: actions
-- $1 guest, $2 account
with moved as (
    update message_actions set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: wishlist_items
-- $1 guest, $2 account
with moved as (
    update wishlist_items g set user_id = $2
    where user_id = $1
        and not exists (select from wishlist_items a where a.user_id = $2 and a.product_id = g.product_id)
    returning 1
)
select count(*)::int from moved;

-- name: orders
-- $1 guest, $2 account
with moved as (
    update orders set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: reviews
-- $1 guest, $2 account
with moved as (
    update reviews g set user_id = $2
    where user_id = $1 and not exists (select from reviews a where a.user_id = $2 and a.product_id = g.product_id)
    returning 1
)
select count(*)::int from moved;

-- name: interactions
-- $1 guest, $2 account
with moved as (
    update interactions set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: search_logs
-- $1 guest, $2 account
with moved as (
    update search_logs set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: recommendation_logs
-- $1 guest, $2 account
with moved as (
    update recommendation_logs set user_id = $2 where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: cohorts
-- $1 guest, $2 account
with moved as (
    update ab_tests g set user_id = $2
    where user_id = $1 and not exists (select from ab_tests a where a.user_id = $2 and a.test_name = g.test_name)
    returning 1
)
select count(*)::int from moved;

-- name: addresses
-- $1 guest, $2 account
with moved as (
    update addresses set
        user_id = $2,
        is_default = is_default and not exists (select from addresses a where a.user_id = $2 and a.is_default)
    where user_id = $1
    returning 1
)
select count(*)::int from moved;

-- name: payment_methods
-- $1 guest, $2 account; a gift card of the same name is money of its own
with moved as (
    update payment_methods g set
        user_id = $2,
        reference = case
            when exists (
                select from payment_methods a where a.user_id = $2 and a.kind = g.kind and a.reference = g.reference
            ) then null
            else reference
        end
    where user_id = $1 and (
        kind = 'gift_card'
        or not exists (
            select from payment_methods a
            where a.user_id = $2 and a.kind = g.kind and (a.reference = g.reference or a.kind = 'manual')
        )
    )
    returning 1
)
select count(*)::int from moved;
