-- Carts, wishes, what is paid with, orders, and the replies kept for repeated requests.

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

create table addresses (
    id uuid constraint addresses_pkey primary key default uuidv7(),
    user_id uuid not null constraint addresses_user_id_fkey references users on delete cascade,
    name text not null default '',
    line1 text not null,
    line2 text not null default '',
    city text not null,
    region text not null default '',
    postal_code text not null default '',
    country text not null,
    phone text not null default '',
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint addresses_name_check check (length(name) <= 200),
    constraint addresses_line1_check check (length(line1) between 1 and 200),
    constraint addresses_line2_check check (length(line2) <= 200),
    constraint addresses_city_check check (length(city) between 1 and 100),
    constraint addresses_region_check check (length(region) <= 100),
    constraint addresses_postal_code_check check (length(postal_code) <= 20),
    constraint addresses_country_check check (length(country) between 2 and 60),
    constraint addresses_phone_check check (length(phone) <= 20)
);
create unique index addresses_default_key on addresses (user_id) where is_default;
create index addresses_user_id_idx on addresses (user_id);

-- What a person pays with. `reference` is the provider's name for it; a card's number is nowhere.
create table payment_methods (
    id uuid constraint payment_methods_pkey primary key default uuidv7(),
    user_id uuid not null constraint payment_methods_user_id_fkey references users on delete cascade,
    kind text not null,
    label text not null default '',
    reference text,
    brand text,
    last_four text,
    balance bigint,
    held bigint,
    currency char(3),
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint payment_methods_user_id_kind_reference_key unique (user_id, kind, reference),
    constraint payment_methods_kind_check check (kind in ('credit_card', 'paypal', 'gift_card', 'manual')),
    constraint payment_methods_label_check check (length(label) <= 100 and label !~ '[0-9]([ -]?[0-9]){11}'),
    constraint payment_methods_reference_check
        check (length(reference) between 1 and 200 and reference !~ '^[0-9 -]{12,}$'),
    constraint payment_methods_card_check check (kind = 'credit_card' or num_nonnulls(brand, last_four) = 0),
    constraint payment_methods_brand_check check (length(brand) between 1 and 50),
    constraint payment_methods_last_four_check check (last_four ~ '^[0-9]{4}$'),
    constraint payment_methods_gift_card_check
        check (num_nonnulls(balance, held, currency) = case when kind = 'gift_card' then 3 else 0 end),
    constraint payment_methods_balance_check check (balance >= 0),
    constraint payment_methods_held_check check (held between 0 and balance),
    constraint payment_methods_currency_check check (currency ~ '^[A-Z]{3}$')
);
create unique index payment_methods_manual_key on payment_methods (user_id) where kind = 'manual';

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
    subtotal bigint not null,
    tax bigint not null default 0,
    total bigint not null,
    tax_percent numeric(5, 2) not null default 0,
    tax_included boolean not null default true,
    shipping_address jsonb,
    billing_address jsonb,
    payment_method_id uuid constraint orders_payment_method_id_fkey references payment_methods,
    payment_method text,
    payment_status text not null default 'pending',
    cancel_reason text,
    cancelled_at timestamptz,
    items_changed_at timestamptz,
    payment_changed_at timestamptz,
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
        check (payment_status in ('pending', 'authorized', 'completed', 'failed', 'refunded', 'voided')),
    constraint orders_cancelled_at_check check ((status = 'cancelled') = (cancelled_at is not null)),
    constraint orders_cancel_reason_check check (length(cancel_reason) between 1 and 500),
    constraint orders_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint orders_subtotal_check check (subtotal >= 0),
    constraint orders_tax_check check (tax >= 0),
    constraint orders_total_check check (total = subtotal + case when tax_included then 0 else tax end)
);
create index orders_user_id_status_idx on orders (user_id, status);
create index orders_user_id_created_at_idx on orders (user_id, created_at);
create index orders_status_idx on orders (status);
create index orders_created_at_idx on orders (created_at);
create index orders_cart_id_idx on orders (cart_id);
create index orders_store_id_idx on orders (store_id);
create index orders_payment_method_id_idx on orders (payment_method_id);

create table order_items (
    id uuid constraint order_items_pkey primary key default uuidv7(),
    order_id uuid not null constraint order_items_order_id_fkey references orders on delete cascade,
    product_id uuid not null constraint order_items_product_id_fkey references products,
    position int not null default 0,
    sku text not null,
    name text not null,
    options jsonb not null default '{}',
    quantity int not null,
    returned int not null default 0,
    unit_price bigint not null,
    total_price bigint not null,
    created_at timestamptz not null default now(),
    constraint order_items_quantity_check check (quantity > 0),
    constraint order_items_returned_check check (returned between 0 and quantity),
    constraint order_items_unit_price_check check (unit_price >= 0),
    constraint order_items_total_price_check check (total_price = quantity * unit_price),
    constraint order_items_options_check check (jsonb_typeof(options) = 'object')
);
create index order_items_order_id_idx on order_items (order_id);
create index order_items_product_id_idx on order_items (product_id);

-- A parcel or several: what was sent together.
create table order_fulfilments (
    id uuid constraint order_fulfilments_pkey primary key default uuidv7(),
    order_id uuid not null constraint order_fulfilments_order_id_fkey references orders on delete cascade,
    carrier text,
    tracking_ids text[] not null default '{}',
    created_at timestamptz not null default now(),
    delivered_at timestamptz
);
create index order_fulfilments_order_id_idx on order_fulfilments (order_id);

create table order_fulfilment_items (
    id uuid constraint order_fulfilment_items_pkey primary key default uuidv7(),
    fulfilment_id uuid not null
        constraint order_fulfilment_items_fulfilment_id_fkey references order_fulfilments on delete cascade,
    order_item_id uuid not null
        constraint order_fulfilment_items_order_item_id_fkey references order_items on delete cascade,
    quantity int not null,
    constraint order_fulfilment_items_fulfilment_id_order_item_id_key unique (fulfilment_id, order_item_id),
    constraint order_fulfilment_items_quantity_check check (quantity > 0)
);
create index order_fulfilment_items_order_item_id_idx on order_fulfilment_items (order_item_id);

-- What comes back, for money or in exchange. `price_difference` is what the shopper pays; negative, what is paid back.
create table order_returns (
    id uuid constraint order_returns_pkey primary key default uuidv7(),
    order_id uuid not null constraint order_returns_order_id_fkey references orders on delete cascade,
    payment_method_id uuid not null constraint order_returns_payment_method_id_fkey references payment_methods,
    kind text not null,
    status text not null default 'requested',
    price_difference bigint not null,
    reason text,
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    constraint order_returns_kind_check check (kind in ('return', 'exchange')),
    constraint order_returns_status_check check (status in ('requested', 'completed', 'rejected')),
    constraint order_returns_price_difference_check check (kind = 'exchange' or price_difference <= 0),
    constraint order_returns_closed_at_check check ((status = 'requested') = (closed_at is null)),
    constraint order_returns_reason_check check (length(reason) between 1 and 500)
);
create unique index order_returns_order_id_key on order_returns (order_id) where status <> 'rejected';
create index order_returns_order_id_idx on order_returns (order_id);
create index order_returns_payment_method_id_idx on order_returns (payment_method_id);

create table order_return_items (
    id uuid constraint order_return_items_pkey primary key default uuidv7(),
    return_id uuid not null constraint order_return_items_return_id_fkey references order_returns on delete cascade,
    order_item_id uuid not null
        constraint order_return_items_order_item_id_fkey references order_items on delete cascade,
    quantity int not null,
    new_product_id uuid constraint order_return_items_new_product_id_fkey references products,
    new_unit_price bigint,
    constraint order_return_items_quantity_check check (quantity > 0),
    constraint order_return_items_new_unit_price_check check (new_unit_price >= 0),
    constraint order_return_items_new_product_id_check check ((new_product_id is null) = (new_unit_price is null))
);
create index order_return_items_return_id_idx on order_return_items (return_id);
create index order_return_items_order_item_id_idx on order_return_items (order_item_id);
create index order_return_items_new_product_id_idx on order_return_items (new_product_id)
    where new_product_id is not null;

-- The ledger of an order: money that comes and goes. A row is never changed but in how it came out.
create table order_payments (
    id uuid constraint order_payments_pkey primary key default uuidv7(),
    order_id uuid not null constraint order_payments_order_id_fkey references orders on delete cascade,
    return_id uuid constraint order_payments_return_id_fkey references order_returns on delete cascade,
    payment_method_id uuid not null constraint order_payments_payment_method_id_fkey references payment_methods,
    type text not null,
    amount bigint not null,
    currency char(3) not null,
    status text not null default 'pending',
    provider_reference text,
    failure text,
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint order_payments_type_check check (type in ('payment', 'refund')),
    constraint order_payments_amount_check check (amount > 0),
    constraint order_payments_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint order_payments_status_check
        check (status in ('pending', 'authorized', 'completed', 'failed', 'voided'))
);
create index order_payments_order_id_idx on order_payments (order_id);
create index order_payments_return_id_idx on order_payments (return_id) where return_id is not null;
create index order_payments_payment_method_id_idx on order_payments (payment_method_id);
create index order_payments_due_at_idx on order_payments (due_at) where status in ('pending', 'authorized');

-- What was bought and kept.
create view purchase_history as
select
    i.id, o.user_id, i.product_id, i.quantity - i.returned as quantity, i.unit_price,
    i.unit_price * (i.quantity - i.returned) as total_price, o.currency, i.order_id, o.created_at as purchased_at,
    o.payment_method, o.payment_status
from order_items i join orders o on o.id = i.order_id
where o.status <> 'cancelled' and i.quantity > i.returned;

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
