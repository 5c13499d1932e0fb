-- name: grow
-- $1 rows to add: variants of products, each with another word in its name, a part number and a vector of its own
insert into products (
    store_id, category_id, sku, name, short_description, description, brand, tags, price, currency, stock,
    specifications, part_number, embedding
)
select
    p.store_id, p.category_id, p.sku || '-v' || round, p.name || ' ' || word, p.short_description, p.description, p.brand,
    p.tags, p.price + round, p.currency, p.stock, p.specifications, p.part_number || 'V' || round,
    l2_normalize(p.embedding + array(
        select (random() - 0.5) * 0.03 + 0 * length(p.sku) from generate_series(1, vector_dims(p.embedding))
    )::real[]::halfvec)
from generate_series(1, 10) round
cross join lateral (select (array['Compact', 'Pro', 'Bundle', 'Refurbished', 'Travel', 'XL'])[1 + round % 6] as word) w
cross join (select * from products order by sku) p
limit $1;

-- name: found
-- $1 vector, $2 how many; by the index
select embedding <=> $1 as distance from products order by centred(embedding) <#> $1 limit $2;

-- name: look
-- $1 rows that the vector index looks at; as a search sets it
select set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true);

-- name: nearest
-- $1 vector, $2 how many; one by one
select embedding <=> $1 as distance from products order by distance limit $2;

-- name: skus
select id, sku from products;
