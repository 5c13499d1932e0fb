-- What is for sale, in words, pictures and vectors.

create table stores (
    id uuid constraint stores_pkey primary key default uuidv7(),
    slug text not null constraint stores_slug_key unique,
    name text not null,
    description text not null default '',
    currency char(3) not null,
    url text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint stores_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 100),
    constraint stores_name_check check (length(name) between 1 and 200),
    constraint stores_currency_check check (currency ~ '^[A-Z]{3}$')
);

create table categories (
    id uuid constraint categories_pkey primary key default uuidv7(),
    parent_id uuid constraint categories_parent_id_fkey references categories,
    slug text not null constraint categories_slug_key unique,
    name text not null,
    description text not null default '',
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    search tsvector not null generated always as (
        setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'C')
    ) stored,
    constraint categories_parent_id_check check (parent_id <> id),
    constraint categories_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
    constraint categories_name_check check (length(name) between 1 and 200)
);
create index categories_parent_id_idx on categories (parent_id);
create index categories_search_idx on categories using gin (search);

-- The words of a name that end a phrase: those before a number, a sign, a preposition, a colour or the end. What a thing
-- is stands there in English, what it is for stands before: 'laptop lock black 1.8 m' is a lock.
create function public.heads(name text) returns text
language sql immutable strict parallel safe
as $$
    select coalesce(string_agg(substring(phrase from '[[:alpha:]][[:alnum:]''’-]+$'), ' '), '')
    from string_to_table(
        regexp_replace(
            name,
            '[®™]?(?:\s+\S*[0-9]\S*|\s*[^[:alnum:][:space:]®™/&''’-]|\s+[^[:alpha:][:space:]]|\s+(?:for|with|and|in|to|of|by'
                || '|from|or|w|black|white|gr[ae]y|silver|gold|red|blue|green|yellow|orange|brown|pink|purple|violet|beige'
                || '|cyan|magenta|transparent|multicolou?r)\M)+',
            '|',
            'gi'
        ),
        '|'
    ) phrase
$$;

-- What specifications say, as words: a name with its value, a name alone for what is true, nothing for what is false.
create function public.said(specifications jsonb) returns text
language sql immutable strict parallel safe
as $$
    select coalesce(string_agg(case when value = 'true' then key else key || ' ' || value end, ', '), '')
    from jsonb_each_text(specifications)
    where value is distinct from 'false'
$$;

create table products (
    id uuid constraint products_pkey primary key default uuidv7(),
    store_id uuid not null constraint products_store_id_fkey references stores,
    category_id uuid constraint products_category_id_fkey references categories,
    sku text not null,
    name text not null,
    short_description text not null default '',
    description text not null default '',
    brand text,
    tags text[] not null default '{}',
    price bigint not null,
    currency char(3) not null,
    discount_percent numeric(5, 2) not null default 0,
    stock int not null default 0,
    rating numeric(3, 1),
    rating_count int not null default 0,
    specifications jsonb not null default '{}',
    metadata jsonb not null default '{}',
    url text,
    part_number text,
    gtins text[] not null default '{}',
    is_active boolean not null default true,
    is_available boolean not null generated always as (is_active and stock > 0) stored,
    effective_price bigint not null generated always as (round(price * (100 - discount_percent) / 100)::bigint) stored,
    part_number_key text generated always as (part_number_key(part_number)) stored,
    part_number_grams text[] generated always as (grams(part_number_key(part_number))) stored,
    -- A tsvector holds 1 MB; a description longer than this is cut for search only.
    search tsvector not null generated always as (
        setweight(to_tsvector('english', name || ' ' || coalesce(brand, '') || ' ' || coalesce(part_number, '')), 'A')
        || setweight(to_tsvector('english', short_description || ' ' || spaced(tags)), 'B')
        || setweight(to_tsvector('english', left(description, 50000)), 'C')
        || setweight(to_tsvector('english', left(said(specifications), 50000)), 'D')
    ) stored,
    -- Short, so that ranking many rows by it does not reach for their out-of-line storage.
    name_search tsvector not null generated always as (
        setweight(to_tsvector('english', heads(name)), 'A') || setweight(to_tsvector('english', name), 'B')
        || setweight(to_tsvector('english', coalesce(brand, '')), 'A')
    ) stored,
    embedding halfvec(256),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint products_store_id_sku_key unique (store_id, sku),
    constraint products_sku_check check (length(sku) between 1 and 200),
    constraint products_name_check check (length(name) between 1 and 1000),
    constraint products_price_check check (price >= 0),
    constraint products_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint products_discount_percent_check check (discount_percent between 0 and 100),
    constraint products_stock_check check (stock >= 0),
    constraint products_rating_check check (rating between 0 and 5),
    constraint products_rating_count_check check (rating_count >= 0),
    constraint products_specifications_check check (jsonb_typeof(specifications) = 'object'),
    constraint products_metadata_check check (jsonb_typeof(metadata) = 'object')
) with (fillfactor = 90, toast_tuple_target = 4096);
-- Read for every row that is ranked: unpacking would cost more than the ranking.
alter table products
    alter column search set storage external,
    alter column name_search set storage external,
    alter column embedding set storage plain;
create index products_category_id_idx on products (category_id);
create index products_store_id_brand_idx on products (store_id, lower(brand));
create index products_part_number_key_idx on products (part_number_key);
create index products_part_number_grams_idx on products using gin (part_number_grams);
create index products_gtins_idx on products using gin (gtins);
create index products_search_idx on products using gin (search);
create index products_name_search_idx on products using gin (name_search);
create index products_effective_price_idx on products (effective_price);
create index products_embedding_idx on products
    using hnsw (embedding halfvec_cosine_ops) with (m = 24, ef_construction = 200);

create table product_images (
    id uuid constraint product_images_pkey primary key default uuidv7(),
    product_id uuid not null constraint product_images_product_id_fkey references products on delete cascade,
    key text not null,
    url text,
    width int,
    height int,
    format text,
    variant text,
    alt_text text,
    is_primary boolean not null default false,
    content bytea,
    created_at timestamptz not null default now(),
    constraint product_images_product_id_key_key unique (product_id, key),
    constraint product_images_width_check check (width > 0),
    constraint product_images_height_check check (height > 0)
);
create unique index product_images_primary_key on product_images (product_id) where is_primary;

create table embeddings_meta (
    id uuid constraint embeddings_meta_pkey primary key default uuidv7(),
    object_type text not null,
    object_id uuid not null,
    model text not null,
    dim int not null,
    digest bytea not null,
    vector_index int,
    embedding_file text,
    created_at timestamptz not null default now(),
    constraint embeddings_meta_object_key unique (object_type, object_id),
    constraint embeddings_meta_object_type_check check (object_type in ('product', 'document_chunk', 'chat_vector')),
    constraint embeddings_meta_dim_check check (dim > 0)
);

create table reviews (
    id uuid constraint reviews_pkey primary key default uuidv7(),
    user_id uuid not null constraint reviews_user_id_fkey references users on delete cascade,
    product_id uuid not null constraint reviews_product_id_fkey references products on delete cascade,
    rating int not null,
    title text,
    comment text,
    verified_purchase boolean not null default false,
    helpful_count int not null default 0,
    is_approved boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint reviews_user_id_product_id_key unique (user_id, product_id),
    constraint reviews_rating_check check (rating between 1 and 5),
    constraint reviews_title_check check (length(title) <= 200),
    constraint reviews_helpful_count_check check (helpful_count >= 0)
);
create index reviews_product_id_rating_idx on reviews (product_id, rating);

create table review_helpful_votes (
    id uuid constraint review_helpful_votes_pkey primary key default uuidv7(),
    review_id uuid not null constraint review_helpful_votes_review_id_fkey references reviews on delete cascade,
    user_id uuid not null constraint review_helpful_votes_user_id_fkey references users on delete cascade,
    created_at timestamptz not null default now(),
    constraint review_helpful_votes_review_id_user_id_key unique (review_id, user_id)
);
create index review_helpful_votes_user_id_idx on review_helpful_votes (user_id);
