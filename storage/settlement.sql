-- name: lock_due
-- $1 now; the order of what is longest due, but one that somebody is at
select o.id
from payments_due d join orders o on o.id = d.order_id
where d.due_at <= $1
order by d.due_at
limit 1
for no key update of o skip locked;

-- name: claim
-- $1 order, $2 now, $3 until when it is ours
with taken as (
    update order_payments set attempts = attempts + 1, due_at = $3, updated_at = now()
    where id = (select id from payments_due where order_id = $1 and due_at <= $2 order by due_at limit 1)
    returning id, order_id, payment_method_id, type, amount, currency, status, attempts
)
select
    t.id, t.order_id, o.order_number, m.kind, m.reference, t.type, t.status = 'voided' as undo, t.amount, t.currency,
    t.attempts as attempt,
    array(
        select b.provider_reference from order_payments b
        where b.order_id = t.order_id and b.payment_method_id = t.payment_method_id and b.type = 'payment'
            and b.status = 'completed' and b.provider_reference is not null
        order by b.id
    ) as paid_by
from taken t join orders o on o.id = t.order_id join payment_methods m on m.id = t.payment_method_id;

-- name: put_off
-- $1 order, $2 now, $3 when to look again, $4 what went wrong; the row that `claim` would take
update order_payments set due_at = $3, failure = $4, updated_at = now()
where id = (select id from payments_due where order_id = $1 and due_at <= $2 order by due_at limit 1);

-- name: lock_order
-- $1 order
select id from orders where id = $1 for update;

-- name: still
-- $1 row of the ledger, $2 the attempt that speaks
select status from order_payments where id = $1 and attempts = $2 and status in ('pending', 'voided') for update;

-- name: record
-- $1 row of the ledger, $2 status, $3 the provider's reference or null, $4 what went wrong or null, $5 when to ask again
-- or null
update order_payments
set status = $2, provider_reference = coalesce($3, provider_reference), failure = $4, due_at = $5, updated_at = now()
where id = $1;

-- name: order_of
-- $1 row of the ledger
select order_id from order_payments where id = $1;

-- name: by_hand
-- $1 row of the ledger, $2 reference or null. A gift card is credited here, by nobody's hand.
update order_payments p
set status = 'completed', provider_reference = $2, failure = null, due_at = null, updated_at = now()
from payment_methods m
where p.id = $1 and m.id = p.payment_method_id and m.kind <> 'gift_card'
    and (p.status = 'failed' or (p.status = 'pending' and (p.attempts = 0 or p.due_at is null)))
returning p.type, p.amount;
