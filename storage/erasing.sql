-- name: lock_reservations
-- $1 user
select run_id from run_reservations where user_id = $1 order by run_id for update;

-- name: lock_chats
-- $1 user
select id from chats where user_id = $1 order by id for update;

-- name: lock_actions
-- $1 user
select id from message_actions where user_id = $1 order by id for no key update;

-- name: lock_carts
-- $1 user
select id from carts where user_id = $1 order by id for update;

-- name: hold
-- $1 user
select email, is_anonymous from users where id = $1 for update;

-- name: orders_open
-- $1 user
select exists (
    select from orders o
    where o.user_id = $1 and (
        o.status in ('pending', 'processing', 'shipped', 'return-requested', 'exchange-requested')
        or exists (
            select from order_payments p
            where p.order_id = o.id
                and (p.status in ('pending', 'authorized') or (p.type = 'refund' and p.status = 'failed'))
        )
    )
);

-- name: has_orders
-- $1 user
select exists (select from orders where user_id = $1);

-- name: nobody
insert into users (is_active) values (false) returning id;

-- name: strip_orders
-- $1 user
update orders set
    shipping_address = null, billing_address = null, cancel_reason = null, cart_id = null, message_action_id = null
where user_id = $1;

-- name: strip_returns
-- $1 user
update order_returns r set reason = null from orders o where o.id = r.order_id and o.user_id = $1;

-- name: strip_fulfilments
-- $1 user
update order_fulfilments f set tracking_ids = '{}' from orders o where o.id = f.order_id and o.user_id = $1;

-- name: strip_payment_methods
-- $1 user, $2 whose they are now: those that paid for something; the others go with the user
update payment_methods m set
    user_id = $2, label = '', reference = null, brand = null, last_four = null, is_active = false,
    balance = case when m.balance is null then null else m.held end
where m.user_id = $1 and (
    exists (select from orders o where o.payment_method_id = m.id)
    or exists (select from order_payments p where p.payment_method_id = m.id)
    or exists (select from order_returns r where r.payment_method_id = m.id)
);

-- name: give_orders
-- $1 user, $2 whose they are now
update orders set user_id = $2 where user_id = $1;

-- name: audit_log
-- $1 user; what they did, and what others did to them and their reviews, stays as that something was done
update audit_log set
    user_id = case when user_id = $1 then null else user_id end,
    ip_address = case when user_id = $1 then null else ip_address end,
    user_agent = case when user_id = $1 then null else user_agent end,
    entity_id = case when entity_id <> $1 then entity_id end, changes = '{}', part_id = null, message_action_id = null
where user_id = $1 or entity_id = $1 or entity_id in (select id from reviews where user_id = $1);

-- name: system_audit
-- $1 user as text
delete from system_audit where payload ->> 'user_id' = $1;

-- name: interactions
-- $1 user
delete from interactions where user_id = $1;

-- name: search_logs
-- $1 user
delete from search_logs where user_id = $1;

-- name: recommendation_logs
-- $1 user
delete from recommendation_logs where user_id = $1;

-- name: embeddings
-- $1 user
delete from embeddings_meta
where object_type = 'chat_vector' and object_id in (select id from chat_vectors where user_id = $1);

-- name: email_codes
-- $1 e-mail address or null
delete from email_codes where lower(email) = lower($1);

-- name: mails
-- $1 e-mail address or null
delete from mails where lower(recipient) = lower($1);

-- name: throttles
-- $1 keys
delete from throttles where key = any($1::bytea[]);

-- name: user
-- $1 user
delete from users where id = $1;

-- name: guests_after
-- $1 id, $2 limit
select id from users where id > $1 and is_anonymous order by id limit $2;

-- name: abandoned
-- $1 users, $2 not heard of since, $3 now
select u.id from users u
where u.id = any($1::uuid[]) and u.is_anonymous and coalesce(u.last_seen_at, u.created_at) < $2
    and not exists (
        select from sessions s
        where s.user_id = u.id and s.ended_at is null and s.expires_at > $3 and coalesce(s.idle_expires_at > $3, true)
    )
    and not exists (select from chats c where c.user_id = u.id and c.updated_at >= $2)
    and not exists (select from orders o where o.user_id = u.id)
    and not exists (select from reviews r where r.user_id = u.id and r.is_active)
    and not exists (select from payment_methods m where m.user_id = u.id and m.balance > 0)
order by u.id;

-- name: alone
select pg_try_advisory_xact_lock(hashtextextended('cartwright forgetting', 0));
