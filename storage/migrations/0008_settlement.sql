-- What is owed is brought to a payment provider: `due_at` says when next, null that nobody is to be asked any more.

alter table order_payments alter column due_at drop not null;
update order_payments set due_at = null where status <> 'pending';
drop index order_payments_due_at_idx;
create index order_payments_due_at_idx on order_payments (due_at) where due_at is not null;
