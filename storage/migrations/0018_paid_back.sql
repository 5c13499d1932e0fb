-- No more is paid back than came in: the ledger of an order refuses it, whoever writes.

-- What came in, less what has gone back or is on its way: done, or asked of somebody who has not said how it came out.
create function public.left_to_pay_back(order_id uuid) returns bigint
language sql stable
as $$
    select coalesce(sum(case when type = 'payment' then amount else -amount end), 0)::bigint
    from order_payments p
    where p.order_id = left_to_pay_back.order_id
        and (status = 'completed' or (type = 'refund' and status = 'pending' and attempts > 0))
$$;

-- What is to come in, less what is to go back. What failed counts: a person may settle it.
create function public.left_to_promise(order_id uuid) returns bigint
language sql stable
as $$
    select coalesce(sum(case when type = 'payment' then amount else -amount end), 0)::bigint
    from order_payments p
    where p.order_id = left_to_promise.order_id and status <> 'voided'
$$;

-- The lock is the one all take first who write into a ledger, so what is counted after it stays so until the end.
create function public.check_paid_back() returns trigger
language plpgsql
as $$
begin
    perform from orders where id = new.order_id for no key update;
    if left_to_pay_back(new.order_id) < 0 or left_to_promise(new.order_id) < 0 then
        raise exception 'order % would pay back more than it took', new.order_id
            using errcode = 'check_violation', table = 'order_payments', constraint = 'order_payments_paid_back_check';
    end if;
    return null;
end
$$;
create trigger order_payments_refund after insert on order_payments
for each row when (new.type = 'refund') execute function check_paid_back();
create trigger order_payments_pay_back after update of status, attempts on order_payments
for each row when (
    case new.type
        when 'refund' then
            (new.status = 'completed' or (new.status = 'pending' and new.attempts > 0))
            and not (old.status = 'completed' or (old.status = 'pending' and old.attempts > 0))
        else new.status = 'voided' and old.status <> 'voided'
    end
) execute function check_paid_back();

-- What a provider is to be asked once `due_at` has come. A refund waits for the payments it gives back, and for as much to
-- have come in.
create view payments_due as
select p.id, p.order_id, p.due_at
from order_payments p
where p.due_at is not null and case p.status
    when 'voided' then p.attempts > 0
    when 'pending' then p.type = 'payment' or (
        not exists (
            select from order_payments before
            where before.order_id = p.order_id and before.type = 'payment'
                and before.payment_method_id = p.payment_method_id and before.status = 'pending'
        )
        and (p.attempts > 0 or p.amount <= left_to_pay_back(p.order_id))
    )
    else false
end;

-- What the rules would refuse for good: before they were there, a cancellation promised again what had failed. Of the
-- refunds of an order that nobody was asked for, the newest first, and then of those that failed, what is too much goes.
create temporary table surplus on commit drop as
select id, order_id, amount, least(amount, too_much - before) as over
from (
    select
        p.id, p.order_id, p.amount, -left_to_promise(p.order_id) as too_much,
        sum(p.amount) over (partition by p.order_id order by p.status desc, p.id desc) - p.amount as before
    from order_payments p
    where p.type = 'refund' and (p.status = 'failed' or (p.status = 'pending' and p.attempts = 0))
) promised
where too_much > before;

update order_payments p set
    status = case when s.over = s.amount then 'voided' else p.status end,
    due_at = case when s.over < s.amount then p.due_at end,
    amount = case when s.over = s.amount then p.amount else p.amount - s.over end,
    failure = case when s.over = s.amount then 'More would have gone back than came in.' else p.failure end,
    updated_at = now()
from surplus s
where s.id = p.id;

-- As `restate` in storage/ledger.sql.
update orders o set updated_at = now(), payment_status = case
    when rows.failed > 0 then 'failed'
    when rows.live = 0 then 'voided'
    when rows.refunds > 0 and rows.payments = rows.refunds then 'refunded'
    when rows.pending > 0 then 'pending'
    when rows.authorized > 0 then 'authorized'
    else 'completed'
end
from (
    select
        order_id,
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where status <> 'voided') as live,
        count(*) filter (where status = 'pending' and type = 'payment') as pending,
        count(*) filter (where status = 'authorized') as authorized,
        coalesce(sum(amount) filter (where type = 'payment' and status = 'completed'), 0) as payments,
        coalesce(sum(amount) filter (where type = 'refund' and status = 'completed'), 0) as refunds
    from order_payments
    where order_id in (select order_id from surplus)
        and not (return_id is not null and status in ('authorized', 'voided'))
    group by order_id
) rows
where o.id = rows.order_id;
