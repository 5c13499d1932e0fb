-- name: of
-- $1 user
select id, user_id, kind, label, reference, brand, last_four, balance, held, currency, is_active
from payment_methods
where user_id = $1 and is_active
order by created_at, id;

-- name: get
-- $1 user, $2 payment method
select id, user_id, kind, label, reference, brand, last_four, balance, held, currency, is_active
from payment_methods
where user_id = $1 and id = $2;

-- name: manual
-- $1 user
with made as (
    insert into payment_methods (user_id, kind) values ($1, 'manual')
    on conflict (user_id) where kind = 'manual' do update set is_active = true
    returning *
)
select id, user_id, kind, label, reference, brand, last_four, balance, held, currency, is_active from made;

-- name: add
-- $1 user, $2 kind, $3 label, $4 the provider's reference or null, $5 brand, $6 last four digits
insert into payment_methods (user_id, kind, label, reference, brand, last_four) values ($1, $2, $3, $4, $5, $6)
on conflict (user_id, kind, reference) do update
set is_active = true, label = excluded.label, brand = excluded.brand, last_four = excluded.last_four, updated_at = now()
returning id, user_id, kind, label, reference, brand, last_four, balance, held, currency, is_active;

-- name: add_gift_card
-- $1 user, $2 label, $3 reference or null, $4 balance, $5 currency
insert into payment_methods (user_id, kind, label, reference, balance, held, currency)
values ($1, 'gift_card', $2, $3, $4, 0, $5)
returning id, user_id, kind, label, reference, brand, last_four, balance, held, currency, is_active;

-- name: remove
-- $1 user, $2 payment method
update payment_methods set is_active = false, updated_at = now()
where user_id = $1 and id = $2 and is_active
returning id;

-- name: pay
-- $1 gift card, $2 amount
update payment_methods set balance = balance - $2, updated_at = now()
where id = $1 and kind = 'gift_card' and balance - held >= $2
returning id;

-- name: hold
-- $1 gift card, $2 amount
update payment_methods set held = held + $2, updated_at = now()
where id = $1 and kind = 'gift_card' and balance - held >= $2
returning id;

-- name: release
-- $1 gift card, $2 amount, $3 whether it is paid
update payment_methods
set held = held - $2, balance = balance - case when $3::boolean then $2 else 0 end, updated_at = now()
where id = $1;

-- name: refund
-- $1 gift card, $2 amount
update payment_methods set balance = balance + $2, updated_at = now() where id = $1;

-- name: lock
-- $1 payment methods
select id from payment_methods where id = any($1::uuid[]) order by id for no key update;
