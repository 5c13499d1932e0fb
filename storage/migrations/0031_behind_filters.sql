-- Products behind the filters of a search with their cosine distance, at most so many; null where there is no such filter.
-- Planned for the values it is given, which the statement of a search is not: what is quick to look up, a brand, a category
-- or a range of prices, depends on them.
create function behind_filters(
    store uuid, categories uuid[], brand text, lowest bigint, highest bigint, stock int, vector halfvec, many int
) returns table (id uuid, distance float8)
language plpgsql
stable
rows 3000
as $$
begin
    return query execute
        'select p.id, p.embedding <=> $7
        from products p
        where p.is_active and p.stock >= $6
            and ($1 is null or p.store_id = $1)
            and ($2 is null or p.category_id = any($2))
            and ($3 is null or lower(p.brand) = $3)
            and ($4 is null or p.effective_price >= $4)
            and ($5 is null or p.effective_price <= $5)
        limit $8'
        using store, categories, brand, lowest, highest, stock, vector, many;
end
$$;
