-- Carts, wishes, orders, and the replies kept for repeated requests.

create table carts (
    id uuid constraint carts_pkey primary key default uuidv7(),
    store_id uuid not null constraint carts_store_id_fkey references stores,
    user_id uuid constraint carts_user_id_fkey references users on delete cascade,
    session_id uuid constraint carts_session_id_fkey references sessions on delete set null,
    -- A suggested cart that no chat message made was made through REST or MCP.
    suggested boolean not null default false,
    suggested_by_message_id uuid constraint carts_suggested_by_message_id_fkey references messages on delete cascade,
    title text,
    reason text,
    score int,
    outcome text,
    active boolean not null default true,
    version int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint carts_owner_check check (num_nonnulls(user_id, session_id) >= 1 or not active),
    constraint carts_suggested_check check (
        case
            when suggested then num_nulls(title, reason, score) = 0 and active = (outcome is null)
            else num_nonnulls(suggested_by_message_id, title, reason, score, outcome) = 0
        end
    ),
    constraint carts_title_check check (length(title) between 1 and 100),
    constraint carts_reason_check check (length(reason) between 1 and 500),
    constraint carts_score_check check (score between 0 and 100),
    constraint carts_outcome_check check (outcome in ('accepted', 'dismissed')),
    constraint carts_version_check check (version > 0)
);
create unique index carts_user_id_store_id_key on carts (user_id, store_id) where active and not suggested;
create unique index carts_session_id_store_id_key on carts (session_id, store_id)
    where active and not suggested and user_id is null;
create index carts_user_id_idx on carts (user_id);
create index carts_session_id_idx on carts (session_id) where session_id is not null;
create index carts_suggested_by_message_id_idx on carts (suggested_by_message_id)
    where suggested_by_message_id is not null;

create table cart_items (
    id uuid constraint cart_items_pkey primary key default uuidv7(),
    cart_id uuid not null constraint cart_items_cart_id_fkey references carts on delete cascade,
    product_id uuid not null constraint cart_items_product_id_fkey references products,
    quantity int not null default 1,
    unit_price bigint not null,
    currency char(3) not null,
    -- Of a suggested cart that was accepted: how many went into the shopper's own, and why not all of them.
    taken int,
    left_out_reason text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint cart_items_cart_id_product_id_key unique (cart_id, product_id),
    constraint cart_items_taken_check check (taken between 0 and quantity),
    constraint cart_items_left_out_reason_check check (
        left_out_reason in ('not-for-sale', 'out-of-stock', 'too-few', 'too-many')
        and (taken < quantity) = (left_out_reason is not null)
    ),
    constraint cart_items_quantity_check check (quantity between 1 and 999),
    constraint cart_items_unit_price_check check (unit_price >= 0),
    constraint cart_items_currency_check check (currency ~ '^[A-Z]{3}$')
);
create index cart_items_product_id_idx on cart_items (product_id);

create table wishlist_items (
    id uuid constraint wishlist_items_pkey primary key default uuidv7(),
    user_id uuid not null constraint wishlist_items_user_id_fkey references users on delete cascade,
    product_id uuid not null constraint wishlist_items_product_id_fkey references products on delete cascade,
    added_at timestamptz not null default now(),
    constraint wishlist_items_user_id_product_id_key unique (user_id, product_id)
);
create index wishlist_items_product_id_idx on wishlist_items (product_id);

create table orders (
    id uuid constraint orders_pkey primary key default uuidv7(),
    user_id uuid not null constraint orders_user_id_fkey references users,
    store_id uuid not null constraint orders_store_id_fkey references stores,
    cart_id uuid constraint orders_cart_id_fkey references carts on delete set null,
    message_action_id uuid constraint orders_message_action_id_key unique
        constraint orders_message_action_id_fkey references message_actions on delete set null,
    order_number text not null constraint orders_order_number_key unique,
    status text not null default 'pending',
    currency char(3) not null,
    total bigint not null,
    tax bigint not null default 0,
    shipping_address jsonb,
    billing_address jsonb,
    payment_method text,
    payment_status text not null default 'pending',
    cancel_reason text,
    cancelled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint orders_order_number_check check (length(order_number) between 1 and 50),
    constraint orders_status_check check (
        status in (
            'pending', 'processing', 'shipped', 'delivered', 'cancelled', 'return-requested', 'returned',
            'exchange-requested', 'exchanged'
        )
    ),
    constraint orders_payment_status_check
        check (payment_status in ('pending', 'authorized', 'completed', 'failed', 'refunded')),
    constraint orders_cancelled_at_check check ((status = 'cancelled') = (cancelled_at is not null)),
    constraint orders_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint orders_total_check check (total >= 0),
    constraint orders_tax_check check (tax >= 0)
);
create index orders_user_id_status_idx on orders (user_id, status);
create index orders_user_id_created_at_idx on orders (user_id, created_at);
create index orders_status_idx on orders (status);
create index orders_created_at_idx on orders (created_at);
create index orders_cart_id_idx on orders (cart_id);

create table order_items (
    id uuid constraint order_items_pkey primary key default uuidv7(),
    order_id uuid not null constraint order_items_order_id_fkey references orders on delete cascade,
    product_id uuid not null constraint order_items_product_id_fkey references products,
    sku text not null,
    name text not null,
    quantity int not null,
    unit_price bigint not null,
    total_price bigint not null,
    created_at timestamptz not null default now(),
    constraint order_items_quantity_check check (quantity > 0),
    constraint order_items_unit_price_check check (unit_price >= 0),
    constraint order_items_total_price_check check (total_price = quantity * unit_price)
);
create index order_items_order_id_idx on order_items (order_id);
create index order_items_product_id_idx on order_items (product_id);

create view purchase_history as
select
    i.id, o.user_id, i.product_id, i.quantity, i.unit_price, i.total_price, o.currency, i.order_id,
    o.created_at as purchased_at, o.payment_method, o.payment_status
from order_items i join orders o on o.id = i.order_id
where o.status <> 'cancelled';

-- Written by the transaction that has the effect; an advisory lock keeps a second one off meanwhile. The body is json
-- and not jsonb, so that it is given again as it was given first.
create table idempotency_keys (
    id uuid constraint idempotency_keys_pkey primary key default uuidv7(),
    user_id uuid not null constraint idempotency_keys_user_id_fkey references users on delete cascade,
    endpoint text not null,
    key text not null,
    request_digest bytea not null,
    response_status int not null,
    response_headers jsonb not null,
    response_body json,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint idempotency_keys_user_id_endpoint_key_key unique (user_id, endpoint, key),
    constraint idempotency_keys_key_check check (length(key) between 1 and 255),
    constraint idempotency_keys_response_status_check check (response_status between 100 and 599)
);
create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);
