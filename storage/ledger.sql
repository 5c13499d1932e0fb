-- name: add
-- $1 order, $2 return or null, $3 payment method, $4 payment or refund, $5 amount, $6 currency, $7 status, $8 whether
-- somebody outside is to be asked
insert into order_payments (order_id, return_id, payment_method_id, type, amount, currency, status, due_at)
values ($1, $2, $3, $4, $5, $6, $7, case when $8::boolean then now() end);

-- name: waiting
-- $1 order; refunds to gift cards that wait for money to come in
select p.id, p.payment_method_id, p.amount
from order_payments p join payment_methods m on m.id = p.payment_method_id
where p.order_id = $1 and p.type = 'refund' and p.status = 'pending' and m.kind = 'gift_card'
order by p.id;

-- name: left
-- $1 order; what came in and has not gone back
select left_to_pay_back($1);

-- name: hold
-- $1 order, $2 return, $3 payment method, $4 amount, $5 currency
insert into order_payments (order_id, return_id, payment_method_id, type, amount, currency, status, due_at)
values ($1, $2, $3, 'payment', $4, $5, 'authorized', null);

-- name: set_status
-- $1 row of the ledger, $2 status
update order_payments set status = $2, updated_at = now() where id = $1;

-- name: void
-- $1 row of the ledger; what a provider has been asked for is due to be undone, not before whoever asks it has come back
update order_payments
set status = 'voided', due_at = case when attempts > 0 and status = 'pending' then coalesce(due_at, now()) end,
    updated_at = now()
where id = $1;

-- name: restate
-- $1 order; what is held for an exchange that is not over yet says nothing of the order
update orders o set updated_at = now(), payment_status = case
    when rows.failed > 0 then 'failed'
    when rows.live = 0 then case when rows.voided > 0 then 'voided' else 'completed' end
    when rows.refunds > 0 and rows.payments = rows.refunds then 'refunded'
    when rows.pending > 0 then 'pending'
    when rows.authorized > 0 then 'authorized'
    else 'completed'
end
from (
    select
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status = 'voided') as voided,
        count(*) filter (where status <> 'voided') as live,
        count(*) filter (where status = 'pending' and type = 'payment') as pending,
        count(*) filter (where status = 'authorized') as authorized,
        coalesce(sum(amount) filter (where type = 'payment' and status = 'completed'), 0) as payments,
        coalesce(sum(amount) filter (where type = 'refund' and status = 'completed'), 0) as refunds
    from order_payments
    where order_id = $1 and not (return_id is not null and status in ('authorized', 'voided'))
) rows
where o.id = $1;
