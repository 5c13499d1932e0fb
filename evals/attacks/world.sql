-- name: plant_document
-- $1 store, $2 slug, $3 content
with document as (
    insert into documents (store_id, slug, title, kind, content) values ($1, $2, 'Returns', 'policy', $3) returning id
)
insert into document_chunks (document_id, "order", content) select id, 0, $3 from document;

-- name: state
-- Everything that belongs to somebody or costs something, a row each: what it is, whose it is, how it is. What the
-- settling of payments does meanwhile is left out.
select 'user' as kind, id, id as owner, to_jsonb(u) - '{last_seen_at,updated_at}'::text[] as row from users u
union all
select 'store', id, null, to_jsonb(s) from stores s
union all
select 'product', id, null, to_jsonb(p) from products p
union all
select 'review', id, user_id, to_jsonb(r) from reviews r
union all
select 'document', id, null, to_jsonb(d) from documents d
union all
select 'cart', id, user_id, to_jsonb(c) from carts c
union all
select 'cart item', i.id, c.user_id, to_jsonb(i) from cart_items i join carts c on c.id = i.cart_id
union all
select 'wish', id, user_id, to_jsonb(w) from wishlist_items w
union all
select 'address', id, user_id, to_jsonb(a) from addresses a
union all
select 'payment method', id, user_id, to_jsonb(m) from payment_methods m
union all
select 'order', id, user_id, to_jsonb(o) - '{payment_status,updated_at}'::text[] from orders o
union all
select 'order item', i.id, o.user_id, to_jsonb(i) from order_items i join orders o on o.id = i.order_id
union all
select 'payment', p.id, o.user_id, to_jsonb(p) - '{due_at,attempts,status,provider_reference,updated_at}'::text[] from order_payments p join orders o on o.id = p.order_id
union all
select 'return', r.id, o.user_id, to_jsonb(r) from order_returns r join orders o on o.id = r.order_id
union all
select 'action', id, user_id, to_jsonb(a) from message_actions a
union all
select 'api key', id, user_id, to_jsonb(k) from api_keys k
union all
select 'chat', id, user_id, to_jsonb(c) - '{leaf_id,updated_at}'::text[] from chats c
union all
select 'message', m.id, c.user_id, to_jsonb(m) from messages m join chats c on c.id = m.chat_id;

-- name: product
-- $1 store, $2 sku
select id from products where store_id = $1 and sku = $2;
