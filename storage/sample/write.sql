-- name: add_store
-- $1 slug, $2 name, $3 description, $4 currency, $5 tax percent, $6 whether prices include it; no row when there is a
-- store of that slug
insert into stores (slug, name, description, currency, tax_percent, tax_included) values ($1, $2, $3, $4, $5, $6)
on conflict (slug) do nothing
returning id;

-- name: change_store
-- $1 slug, $2 name, $3 description, $4 tax percent, $5 whether prices include it
update stores set name = $2, description = $3, tax_percent = $4, tax_included = $5 where slug = $1 returning id;

-- name: pictures
-- $1 store, $2 skus, $3 alternative texts, $4 SVG files, $5 width and height
insert into product_images (product_id, key, width, height, format, alt_text, content, is_primary)
select
    p.id, 'sample', $5, $5, 'svg', drawn.alt, drawn.content,
    not exists (select from product_images i where i.product_id = p.id and i.is_primary and i.key <> 'sample')
from unnest($2::text[], $3::text[], $4::bytea[]) as drawn (sku, alt, content)
join products p on p.store_id = $1 and p.sku = drawn.sku
on conflict (product_id, key) do update set alt_text = excluded.alt_text, content = excluded.content
where (product_images.alt_text, product_images.content) is distinct from (excluded.alt_text, excluded.content);

-- name: document
-- $1 store, $2 slug (and kind), $3 title, $4 Markdown
with written as (
    insert into documents (store_id, slug, kind, title, content) values ($1, $2, $2, $3, $4)
    on conflict (store_id, slug) do update
    set kind = excluded.kind, title = excluded.title, content = excluded.content, updated_at = now()
    where (documents.kind, documents.title, documents.content)
        is distinct from (excluded.kind, excluded.title, excluded.content)
    returning id
)
select id from written union all select id from documents where store_id = $1 and slug = $2 limit 1;

-- name: chunk
-- $1 document, $2 place, $3 text, $4 vector or null, $5 model, $6 its dimension, $7 digest of text and model
with written as (
    insert into document_chunks (document_id, "order", content, embedding) values ($1, $2, $3, $4)
    on conflict (document_id, "order") do update set content = excluded.content, embedding = excluded.embedding
    where document_chunks.content is distinct from excluded.content
    returning id
)
insert into embeddings_meta (object_type, object_id, model, dim, digest)
select 'document_chunk', id, $5, $6, $7 from written where $4::halfvec is not null
on conflict (object_type, object_id) do update
set model = excluded.model, dim = excluded.dim, digest = excluded.digest, created_at = now();

-- name: shorten
-- $1 document, $2 number of chunks it has now
with gone as (
    delete from document_chunks where document_id = $1 and "order" >= $2 returning id
)
delete from embeddings_meta where object_type = 'document_chunk' and object_id in (select id from gone);

-- name: shoppers
-- $1 user names, $2 first names
insert into users (username, name, first_name, is_anonymous, profile)
select username, name, name, true, '{"sample": true}'
from unnest($1::text[], $2::text[]) as shopper (username, name)
on conflict (lower(username)) do nothing;

-- name: reviews
-- $1 store, $2 user names, $3 skus, $4 stars, $5 titles, $6 comments, $7 times
insert into reviews (user_id, product_id, rating, title, comment, created_at, updated_at)
select u.id, p.id, said.rating, said.title, said.comment, said.day, said.day
from unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::timestamptz[])
    as said (username, sku, rating, title, comment, day)
join users u on lower(u.username) = said.username
join products p on p.store_id = $1 and p.sku = said.sku
on conflict (user_id, product_id) do update
set rating = excluded.rating, title = excluded.title, comment = excluded.comment, updated_at = excluded.updated_at
where (reviews.rating, reviews.title, reviews.comment)
    is distinct from (excluded.rating, excluded.title, excluded.comment);
