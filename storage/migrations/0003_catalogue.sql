-- What is for sale, in words, pictures and vectors.

create table stores (
    id uuid constraint stores_pkey primary key default uuidv7(),
    slug text not null constraint stores_slug_key unique,
    name text not null,
    description text not null default '',
    currency char(3) not null,
    url text,
    tax_percent numeric(5, 2) not null default 0,
    tax_included boolean not null default true,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint stores_tax_percent_check check (tax_percent between 0 and 100),
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

-- A rating that is to be trusted the more the more people gave it: as if ten more had said 3.5.
create function public.worth(rating numeric, rating_count int) returns numeric
language sql immutable parallel safe
as $$ select (coalesce(rating, 3.5) * greatest(rating_count, 0) + 35) / (greatest(rating_count, 0) + 10) $$;

-- What variants have in common: each variant is a product of its own, with its price, its stock and its options.
create table product_families (
    id uuid constraint product_families_pkey primary key default uuidv7(),
    store_id uuid not null constraint product_families_store_id_fkey references stores,
    public_id text not null,
    name text not null,
    created_at timestamptz not null default now(),
    constraint product_families_store_id_public_id_key unique (store_id, public_id),
    constraint product_families_public_id_check check (length(public_id) between 1 and 200),
    constraint product_families_name_check check (length(name) between 1 and 1000)
);

create table products (
    id uuid constraint products_pkey primary key default uuidv7(),
    store_id uuid not null constraint products_store_id_fkey references stores,
    category_id uuid constraint products_category_id_fkey references categories,
    family_id uuid constraint products_family_id_fkey references product_families,
    options jsonb not null default '{}',
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
    -- What a shop brings along, and what its shoppers have said here: neither overwrites the other.
    imported_rating numeric(3, 1),
    imported_rating_count int not null default 0,
    review_count int not null default 0,
    review_stars int not null default 0,
    rating numeric(3, 1) generated always as (
        case
            when imported_rating is null then round(review_stars::numeric / nullif(review_count, 0), 1)
            else round(
                (imported_rating * greatest(imported_rating_count, 1) + review_stars)
                    / (greatest(imported_rating_count, 1) + review_count),
                1
            )
        end
    ) stored,
    rating_count int not null generated always as (imported_rating_count + review_count) stored,
    specifications jsonb not null default '{}',
    metadata jsonb not null default '{}',
    url text,
    part_number text,
    gtins text[] not null default '{}',
    is_active boolean not null default true,
    closed boolean not null default false,
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
    constraint products_imported_rating_check check (imported_rating between 0 and 5),
    constraint products_imported_rating_count_check check (imported_rating_count >= 0),
    constraint products_review_count_check check (review_count >= 0),
    constraint products_review_stars_check check (review_stars between review_count and 5 * review_count),
    constraint products_closed_check check (not (closed and is_active)),
    constraint products_specifications_check check (jsonb_typeof(specifications) = 'object'),
    constraint products_metadata_check check (jsonb_typeof(metadata) = 'object'),
    constraint products_options_check check (jsonb_typeof(options) = 'object')
) with (fillfactor = 90, toast_tuple_target = 4096);
-- Read for every row that is ranked: unpacking would cost more than the ranking.
alter table products
    alter column search set storage external,
    alter column name_search set storage external,
    alter column embedding set storage plain;
create index products_category_id_idx on products (category_id);
create index products_family_id_idx on products (family_id) where family_id is not null;
create index products_store_id_brand_idx on products (store_id, lower(brand));
create index products_part_number_key_idx on products (part_number_key);
create index products_part_number_grams_idx on products using gin (part_number_grams);
create index products_gtins_idx on products using gin (gtins);
create index products_search_idx on products using gin (search);
create index products_name_search_idx on products using gin (name_search);
create index products_effective_price_idx on products (effective_price);
create index products_embedding_idx on products
    using hnsw (embedding halfvec_cosine_ops) with (m = 16, ef_construction = 800);

-- What is best rated of a store, where few ratings count for little. Of all products and not of those in stock only, so
-- that what sells out or goes out of sight stays a heap-only update and costs no entry in the index of vectors.
create index products_worth_idx on products (store_id, worth(rating, rating_count) desc, id);

-- Whether a store and every category above a product are active.
create function public.is_open(store uuid, category uuid) returns boolean
language sql stable parallel safe
as $$
    with recursive above as (
        select id, parent_id, is_active from categories where id = category
        union
        select c.id, c.parent_id, c.is_active from above join categories c on c.id = above.parent_id
    )
    select (select is_active from stores where id = store) and not exists (select from above where not is_active)
$$;

-- A product goes out of sight with its store or category and comes back with it, so that every statement has to ask for
-- is_active only. `closed` is on those that went that way and not by themselves. After the row is written: a trigger
-- before it would make every update of a product recompute all generated columns.
create function public.close_or_open_product() returns trigger
language plpgsql
as $$
begin
    if new.is_active <> is_open(new.store_id, new.category_id) then
        update products set is_active = not new.is_active, closed = new.is_active where id = new.id;
    end if;
    return null;
end
$$;
create trigger products_close_or_open after insert or update of store_id, category_id, is_active on products
    for each row when (new.is_active or new.closed) execute function close_or_open_product();

-- Has the products of a store or category look again whether they are open.
create function public.close_or_open() returns trigger
language plpgsql
as $$
begin
    if tg_table_name = 'stores' then
        update products set is_active = is_active where store_id = new.id and (is_active or closed);
    else
        with recursive below as (
            select new.id as id union select c.id from below join categories c on c.parent_id = below.id
        )
        update products set is_active = is_active
        where category_id in (select id from below) and (is_active or closed);
    end if;
    return null;
end
$$;
create trigger stores_close_or_open after update of is_active on stores
    for each row when (new.is_active <> old.is_active) execute function close_or_open();
create trigger categories_close_or_open after update of is_active, parent_id on categories
    for each row execute function close_or_open();

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
    moderated_at timestamptz,
    moderated_by uuid constraint reviews_moderated_by_fkey references users on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint reviews_user_id_product_id_key unique (user_id, product_id),
    constraint reviews_rating_check check (rating between 1 and 5),
    constraint reviews_title_check check (length(title) <= 200),
    constraint reviews_comment_check check (length(comment) <= 10000),
    constraint reviews_helpful_count_check check (helpful_count >= 0)
);
create index reviews_product_id_rating_idx on reviews (product_id, rating);
create index reviews_moderated_by_idx on reviews (moderated_by) where moderated_by is not null;
create index reviews_not_approved_idx on reviews (id) where not is_approved;

create table review_helpful_votes (
    id uuid constraint review_helpful_votes_pkey primary key default uuidv7(),
    review_id uuid not null constraint review_helpful_votes_review_id_fkey references reviews on delete cascade,
    user_id uuid not null constraint review_helpful_votes_user_id_fkey references users on delete cascade,
    created_at timestamptz not null default now(),
    constraint review_helpful_votes_review_id_user_id_key unique (review_id, user_id)
);
create index review_helpful_votes_user_id_idx on review_helpful_votes (user_id);

-- Counts go up and down by what changed, so that they are exact whoever changes rows at the same time, and also when a
-- user goes with all they said.
create function public.count_review() returns trigger
language plpgsql
as $$
begin
    update products set
        review_count = review_count + coalesce(new.is_approved, false)::int - coalesce(old.is_approved, false)::int,
        review_stars = review_stars
            + case when new.is_approved then new.rating else 0 end - case when old.is_approved then old.rating else 0 end
    where id = coalesce(new.product_id, old.product_id) and (new.is_approved or old.is_approved);
    return null;
end
$$;
create trigger reviews_count after insert or delete or update of rating, is_approved on reviews
    for each row execute function count_review();

create function public.count_helpful_vote() returns trigger
language plpgsql
as $$
begin
    update reviews set helpful_count = helpful_count + case tg_op when 'INSERT' then 1 else -1 end
    where id = coalesce(new.review_id, old.review_id);
    return null;
end
$$;
create trigger review_helpful_votes_count after insert or delete on review_helpful_votes
    for each row execute function count_helpful_vote();
