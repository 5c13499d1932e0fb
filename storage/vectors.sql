-- name: dimension
-- the number of dimensions that products.embedding is declared with
select atttypmod from pg_attribute where attrelid = 'products'::regclass and attname = 'embedding';

-- name: indexed
select exists (
    select from pg_index
    where indexrelid = to_regclass('products_centred_idx') and indisvalid
);

-- name: moved
-- $1 how far from the centre of the index the mean of the vectors may be
select coalesce((select centre() <-> avg(embedding) from products) > $1, false);

-- name: drop_index
drop index concurrently if exists products_centred_idx;

-- name: centre
-- takes the mean of all vectors for their centre, while no index holds another; the statement that builds the index
select 'create index concurrently products_centred_idx on ' || centre_vectors();

-- name: counted
-- $1 where to stop counting
select count(*) from (select from products where embedding is not null limit $1) counted;

-- name: room
-- an index that does not fit in this memory is built much more slowly
set maintenance_work_mem = '256MB';
