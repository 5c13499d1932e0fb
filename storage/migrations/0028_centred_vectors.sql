-- The index of vectors holds what tells each from the mean of all. For a query q the order by q * (v - mean) is the order by
-- q * v, whatever is taken for the mean, and vectors are of length 1; but neighbours in the graph are then alike in what
-- tells them apart, so that a search comes upon as many of the nearest by looking at fewer rows (bench/LOG.md).
-- `centre` is the mean of when the index was built. The index and `centred`, by which it is asked, call it and do not hold
-- its numbers: thousands of them in pg_index are too many for PostgreSQL 16. So it changes only while there is no index.
create function centre_vectors() returns text language plpgsql as $$
declare
    dimension int := (
        select atttypmod from pg_attribute where attrelid = 'products'::regclass and attname = 'embedding'
    );
begin
    execute format(
        'create or replace function centre() returns halfvec language sql immutable parallel safe return %L::halfvec',
        coalesce((select avg(embedding) from products), array_fill(0::real, array[dimension])::halfvec)
    );
    execute format(
        'create or replace function centred(vector halfvec) returns halfvec language sql immutable parallel safe '
        'return (vector - centre())::halfvec(%s)',
        dimension
    );
    return format(
        'products using hnsw (((embedding - centre())::halfvec(%s)) halfvec_ip_ops) with (m = 8, ef_construction = 1000)',
        dimension
    );
end
$$;

select centre_vectors();
