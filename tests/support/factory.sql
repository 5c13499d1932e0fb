-- name: store
-- $1 slug, $2 name, $3 currency
insert into stores (slug, name, currency) values ($1, $2, $3) returning id;

-- name: category
-- $1 slug, $2 name, $3 parent or null
insert into categories (slug, name, parent_id) values ($1, $2, $3) returning id;

-- name: product
-- $1 store, $2 category or null, $3 sku, $4 name, $5 short description, $6 description, $7 brand, $8 price,
-- $9 currency, $10 discount, $11 stock, $12 rating, $13 rating count, $14 specifications, $15 embedding
insert into products (
    store_id, category_id, sku, name, short_description, description, brand, price, currency, discount_percent, stock,
    imported_rating, imported_rating_count, specifications, embedding
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
returning id;

-- name: change_product
-- $1 product, $2 price, $3 stock, $4 active, $5 discount; null leaves a column as it is
update products set
    price = coalesce($2, price), stock = coalesce($3, stock), is_active = coalesce($4, is_active),
    discount_percent = coalesce($5, discount_percent)
where id = $1;

-- name: image
-- $1 product, $2 url or null, $3 alternative text
insert into product_images (product_id, key, url, alt_text, is_primary) values ($1, 'main', $2, $3, true) returning id;

-- name: picture
-- $1 product, $2 content, $3 format
insert into product_images (product_id, key, content, format) values ($1, 'kept', $2, $3) returning id;

-- name: document
-- $1 store, $2 slug, $3 title, $4 content
insert into documents (store_id, slug, title, kind, content) values ($1, $2, $3, 'policy', $4) returning id;

-- name: chunk
-- $1 document, $2 order, $3 content, $4 embedding or null
insert into document_chunks (document_id, "order", content, embedding) values ($1, $2, $3, $4);

-- name: member
-- $1 e-mail, $2 role
insert into users (email, role) values ($1, $2) returning id;

-- name: message
-- $1 user, $2 store or null, $3 public id
with chat as (
    insert into chats (public_id, user_id, store_id) values ($3, $1, $2) returning id
)
insert into messages (chat_id, public_id, role) select id, $3, 'assistant' from chat returning id;

-- name: say
-- $1 user, $2 public id, $3 role, $4 text
with chat as (
    insert into chats (public_id, user_id) values ($2, $1) returning id
), message as (
    insert into messages (chat_id, public_id, role) select id, $2, $3 from chat returning id
)
insert into parts (message_id, type, text_text, closed) select id, 'text', $4, true from message returning message_id;

-- name: tool_part
-- $1 message, $2 tool call, $3 tool
insert into parts (message_id, type, tool_tool_call_id, tool_name, tool_state, tool_input)
values ($1, 'tool', $2, $3, 'input-available', '{}')
returning id;

-- name: recommendation
-- $1 user, $2 candidates, $3 how many of them were returned, $4 alpha, $5 how long ago
insert into recommendation_logs (user_id, candidate_products, returned, alpha, returned_at)
values ($1, $2, $3, $4, now() - $5::interval)
returning id;

-- name: take_stock
-- $1 product id, $2 pieces
update products set stock = stock - $2 where id = $1 and stock >= $2 returning stock;

-- name: close_store
-- $1 store, $2 active
update stores set is_active = $2 where id = $1;

-- name: close_category
-- $1 category, $2 active
update categories set is_active = $2 where id = $1;

-- name: move
-- $1 product, $2 category
update products set category_id = $2 where id = $1;

-- name: forget
-- $1 user
delete from users where id = $1;

-- name: order
-- $1 user, $2 store, $3 number, $4 whether it was cancelled, $5 how long ago, $6 currency
insert into orders (user_id, store_id, order_number, status, cancelled_at, created_at, currency, subtotal, total)
values (
    $1, $2, $3, case when $4 then 'cancelled' else 'delivered' end, case when $4 then now() end, now() - $5::interval, $6,
    0, 0
)
returning id;

-- name: order_item
-- $1 order, $2 product
insert into order_items (order_id, product_id, sku, name, quantity, unit_price, total_price)
select $1, id, sku, name, 1, effective_price, effective_price from products where id = $2;

-- name: promote
-- $1 user, $2 e-mail, $3 role
update users set email = $2, role = $3, is_anonymous = false where id = $1;
