-- name: known
-- $1 store id, $2 skus
select p.sku, m.digest
from products p join embeddings_meta m on m.object_type = 'product' and m.object_id = p.id
where p.store_id = $1 and p.sku = any($2::text[]) and p.embedding is not null;

-- name: families
-- $1 store, $2 the store's names for them, $3 titles or null, $4 titles for new ones that have none
with named as (
    select * from unnest($2::text[], $3::text[], $4::text[]) as named (public_id, name, otherwise)
), added as (
    insert into product_families as f (store_id, public_id, name)
    select $1, public_id, coalesce(name, otherwise) from named
    on conflict (store_id, public_id) do update set name = excluded.name
    where f.name <> excluded.name and exists (select from named n where n.public_id = f.public_id and n.name is not null)
    returning id, public_id
)
select id, public_id from added
union
select f.id, f.public_id from product_families f join named using (public_id) where f.store_id = $1;

-- name: stage
create temporary table if not exists staged_products (
    sku text, name text, short_description text, description text, category_id uuid, brand text, tags text[],
    price bigint, currency text, discount_percent numeric, stock int, rating numeric, rating_count int,
    specifications text, url text, part_number text, gtins text[], image_url text, image_alt text, family_id uuid,
    options text,
    embedding halfvec, digest bytea
) on commit delete rows;

-- name: upsert
-- $1 store id, $2 embedding model, $3 its dimension
with written as (
    insert into products as p (
        store_id, sku, name, short_description, description, category_id, brand, tags, price, currency,
        discount_percent, stock, imported_rating, imported_rating_count, specifications, url, part_number, gtins,
        family_id, options, embedding
    )
    select
        $1, sku, name, short_description, description, category_id, brand, tags, price, currency,
        discount_percent, stock, rating, rating_count, specifications::jsonb, url, part_number, gtins, family_id,
        options::jsonb, embedding
    from staged_products
    on conflict (store_id, sku) do update set
        name = excluded.name, short_description = excluded.short_description, description = excluded.description,
        category_id = excluded.category_id, brand = excluded.brand, tags = excluded.tags, price = excluded.price,
        currency = excluded.currency, discount_percent = excluded.discount_percent, stock = excluded.stock,
        imported_rating = excluded.imported_rating, imported_rating_count = excluded.imported_rating_count,
        specifications = excluded.specifications, url = excluded.url, part_number = excluded.part_number,
        gtins = excluded.gtins, family_id = coalesce(excluded.family_id, p.family_id),
        options = case when excluded.family_id is null then p.options else excluded.options end,
        embedding = coalesce(excluded.embedding, p.embedding), is_active = true, closed = false,
        updated_at = now()
    where (
        p.name, p.short_description, p.description, p.category_id, p.brand, p.tags, p.price, p.currency,
        p.discount_percent, p.stock, p.imported_rating, p.imported_rating_count, p.specifications, p.url, p.part_number,
        p.gtins, p.is_active or p.closed
    ) is distinct from (
        excluded.name, excluded.short_description, excluded.description, excluded.category_id, excluded.brand,
        excluded.tags, excluded.price, excluded.currency, excluded.discount_percent, excluded.stock,
        excluded.imported_rating, excluded.imported_rating_count, excluded.specifications, excluded.url,
        excluded.part_number, excluded.gtins, true
    ) or (excluded.family_id is not null
        and (p.family_id, p.options) is distinct from (excluded.family_id, excluded.options))
        or excluded.embedding is not null
    returning id, sku, xmax = 0 as added
), pictures as (
    insert into product_images (product_id, key, url, alt_text, is_primary)
    select w.id, 'main', s.image_url, s.image_alt, true
    from (
        select id, sku from written
        union
        select p.id, p.sku from staged_products join products p using (sku) where p.store_id = $1
    ) w join staged_products s using (sku)
    where s.image_url is not null
    on conflict (product_id, key) do update set url = excluded.url, alt_text = excluded.alt_text
    where (product_images.url, product_images.alt_text) is distinct from (excluded.url, excluded.alt_text)
), vectors as (
    insert into embeddings_meta (object_type, object_id, model, dim, digest)
    select 'product', written.id, $2, $3, s.digest
    from written join staged_products s using (sku)
    where s.embedding is not null
    on conflict (object_type, object_id) do update set
        model = excluded.model, dim = excluded.dim, digest = excluded.digest, created_at = now()
)
select count(*) filter (where added) as added, count(*) filter (where not added) as changed from written;
