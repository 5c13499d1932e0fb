-- name: models
select distinct model from embeddings_meta where object_type in ('product', 'document_chunk');

-- name: choose_dimension
-- $1 number of dimensions
select set_config('cartwright.dimension', $1, true);

-- name: renew
-- a new column is there at once, where a changed one would be rewritten under a lock; its index goes with the old one
do $$
begin
    execute format(
        'alter table products drop column embedding, add column embedding halfvec(%1$s)',
        current_setting('cartwright.dimension')::int
    );
    execute format(
        'alter table document_chunks drop column embedding, add column embedding halfvec(%1$s)',
        current_setting('cartwright.dimension')::int
    );
    -- What was said in chats is remembered anew when somebody looks for it.
    delete from chat_vectors;
    execute format(
        'alter table chat_vectors drop column embedding, add column embedding halfvec(%1$s)',
        current_setting('cartwright.dimension')::int
    );
    delete from embeddings_meta where object_type in ('product', 'document_chunk');
    perform centre_vectors();
end
$$;

-- name: count
select (select count(*) from products where is_active) + (select count(*) from document_chunks);

-- name: products
-- $1 last id of the batch before, $2 size of the batch
select p.id, p.name, c.name as category, p.short_description, m.digest
from products p
left join categories c on c.id = p.category_id
left join embeddings_meta m on m.object_type = 'product' and m.object_id = p.id and p.embedding is not null
where p.is_active and ($1::uuid is null or p.id > $1)
order by p.id
limit $2;

-- name: product
-- $1 product
select p.id, p.name, c.name as category, p.short_description, m.digest
from products p
left join categories c on c.id = p.category_id
left join embeddings_meta m on m.object_type = 'product' and m.object_id = p.id and p.embedding is not null
where p.id = $1;

-- name: chunks
-- $1 last id of the batch before, $2 size of the batch
select c.id, d.title, c.content, m.digest
from document_chunks c
join documents d on d.id = c.document_id
left join embeddings_meta m on m.object_type = 'document_chunk' and m.object_id = c.id and c.embedding is not null
where $1::uuid is null or c.id > $1
order by c.id
limit $2;

-- name: keep_products
-- $1 ids, $2 vectors, $3 digests, $4 model, $5 dimension
with given as (
    select * from unnest($1::uuid[], $2::halfvec[], $3::bytea[]) as given(id, embedding, digest)
), written as (
    update products p set embedding = given.embedding from given where p.id = given.id returning p.id
)
insert into embeddings_meta (object_type, object_id, model, dim, digest)
select 'product', id, $4, $5, digest from given join written using (id)
on conflict (object_type, object_id) do update set
    model = excluded.model, dim = excluded.dim, digest = excluded.digest, created_at = now();

-- name: keep_chunks
-- $1 ids, $2 vectors, $3 digests, $4 model, $5 dimension
with given as (
    select * from unnest($1::uuid[], $2::halfvec[], $3::bytea[]) as given(id, embedding, digest)
), written as (
    update document_chunks c set embedding = given.embedding from given where c.id = given.id returning c.id
)
insert into embeddings_meta (object_type, object_id, model, dim, digest)
select 'document_chunk', id, $4, $5, digest from given join written using (id)
on conflict (object_type, object_id) do update set
    model = excluded.model, dim = excluded.dim, digest = excluded.digest, created_at = now();
