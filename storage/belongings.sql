-- name: users
-- $1 user
select to_jsonb(t) - array['password_hash'] from users t where id = $1 order by id;

-- name: sessions
-- $1 user
select to_jsonb(t) - array['token_hash'] from sessions t where user_id = $1 order by id;

-- name: api_keys
-- $1 user
select to_jsonb(t) - array['key_hash'] from api_keys t where user_id = $1 order by id;

-- name: email_codes
-- $1 user
select to_jsonb(t) - array['code_hash', 'password_hash'] from email_codes t where user_id = $1 order by id;

-- name: usage_days
-- $1 user
select to_jsonb(t) from usage_days t where user_id = $1 order by day;

-- name: addresses
-- $1 user
select to_jsonb(t) from addresses t where user_id = $1 order by id;

-- name: payment_methods
-- $1 user
select to_jsonb(t) from payment_methods t where user_id = $1 order by id;

-- name: chats
-- $1 user
select to_jsonb(t) from chats t where user_id = $1 order by id;

-- name: chat_vectors
-- $1 user
select to_jsonb(t) from chat_vectors t where user_id = $1 order by id;

-- name: message_actions
-- $1 user
select to_jsonb(t) - array['digest'] from message_actions t where user_id = $1 order by id;

-- name: message_feedback
-- $1 user
select to_jsonb(t) from message_feedback t where user_id = $1 order by id;

-- name: chat_flags
-- $1 user; what a moderator noted is not theirs
select to_jsonb(t) - array['settled_by', 'note']
from chat_flags t join chats c on c.id = t.chat_id
where c.user_id = $1 order by t.id;

-- name: carts
-- $1 user
select to_jsonb(t) from carts t where user_id = $1 order by id;

-- name: wishlist_items
-- $1 user
select to_jsonb(t) from wishlist_items t where user_id = $1 order by id;

-- name: orders
-- $1 user
select to_jsonb(t) from orders t where user_id = $1 order by id;

-- name: reviews
-- $1 user
select to_jsonb(t) - array['moderated_by'] from reviews t where user_id = $1 order by id;

-- name: review_helpful_votes
-- $1 user
select to_jsonb(t) from review_helpful_votes t where user_id = $1 order by id;

-- name: interactions
-- $1 user
select to_jsonb(t) from interactions t where user_id = $1 order by id;

-- name: search_logs
-- $1 user
select to_jsonb(t) from search_logs t where user_id = $1 order by id;

-- name: recommendation_logs
-- $1 user
select to_jsonb(t) from recommendation_logs t where user_id = $1 order by id;

-- name: ab_tests
-- $1 user
select to_jsonb(t) from ab_tests t where user_id = $1 order by id;

-- name: idempotency_keys
-- $1 user
select to_jsonb(t) - array['request_digest'] from idempotency_keys t where user_id = $1 order by id;

-- name: audit_log
-- $1 user
select to_jsonb(t) from audit_log t where user_id = $1 order by id;

-- name: messages
-- $1 user
select to_jsonb(r) from (
    select t.* from messages t join chats c on c.id = t.chat_id where c.user_id = $1 order by t.id
) r;

-- name: parts
-- $1 user
select to_jsonb(r) from (
    select t.* from parts t join messages m on m.id = t.message_id join chats c on c.id = m.chat_id
    where c.user_id = $1 order by t.id
) r;

-- name: ai_options
-- $1 user
select to_jsonb(r) from (
    select t.* from ai_options t join messages m on m.id = t.message_id join chats c on c.id = m.chat_id
    where c.user_id = $1 order by t.id
) r;

-- name: runs
-- $1 user
select to_jsonb(r) from (
    select t.* from runs t join chats c on c.id = t.chat_id where c.user_id = $1 order by t.id
) r;

-- name: cart_items
-- $1 user
select to_jsonb(r) from (
    select t.* from cart_items t join carts c on c.id = t.cart_id where c.user_id = $1 order by t.id
) r;

-- name: order_items
-- $1 user
select to_jsonb(r) from (
    select t.* from order_items t join orders o on o.id = t.order_id where o.user_id = $1 order by t.id
) r;

-- name: order_fulfilments
-- $1 user
select to_jsonb(r) from (
    select t.* from order_fulfilments t join orders o on o.id = t.order_id where o.user_id = $1 order by t.id
) r;

-- name: order_returns
-- $1 user
select to_jsonb(r) from (
    select t.* from order_returns t join orders o on o.id = t.order_id where o.user_id = $1 order by t.id
) r;

-- name: order_payments
-- $1 user
select to_jsonb(r) from (
    select t.* from order_payments t join orders o on o.id = t.order_id where o.user_id = $1 order by t.id
) r;
