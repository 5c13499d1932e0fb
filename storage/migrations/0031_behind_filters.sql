-- The 200 products behind the filters of a search that are nearest to its vector, by comparing all; a filter that is null is
-- none. Where the server expects more than `many` behind them, one row of nulls: that would take too long.
-- Planned for the values it is given, which the statement of a search is not: what is quick to look up, a brand, a category
-- or a range of prices, depends on them.
create function behind_filters(
    store uuid, categories uuid[], brand text, lowest bigint, highest bigint, stock int, vector halfvec, many int
) returns table (id uuid, distance float8)
language plpgsql
rows 200
as $$
declare
    behind text :=
        'select p.id, p.embedding <=> $7 as distance
        from products p
        where p.is_active and p.stock >= $6
            and ($1 is null or p.store_id = $1)
            and ($2 is null or p.category_id = any($2))
            and ($3 is null or lower(p.brand) = $3)
            and ($4 is null or p.effective_price >= $4)
            and ($5 is null or p.effective_price <= $5)';
    expected json;
begin
    execute 'explain (format json) ' || behind
        into expected using store, categories, brand, lowest, highest, stock, vector;
    if (expected -> 0 -> 'Plan' ->> 'Plan Rows')::float8 > many then
        return query values (null::uuid, null::float8);
    else
        return query execute behind || ' order by distance limit 200'
            using store, categories, brand, lowest, highest, stock, vector;
    end if;
end
$$;
