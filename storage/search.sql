-- name: search
-- $1 text, $2 vector of the text, $3 store id, $4 category slug, $5 brand, $6 lowest and $7 highest price after
-- discount in minor units, $8 in stock only, $9 limit + 1, $10 offset; null means no filter
with recursive subtree as (
    select id from categories where slug = $4
    union all
    select c.id from subtree join categories c on c.parent_id = subtree.id
), words as (
    select plainto_tsquery('english', $1) as every
), full_text as (
    select id, row_number() over (order by score desc, id) as place
    from (
        select p.id, ts_rank_cd(p.search, words.every) as score
        from words join products p on p.search @@ words.every
        where p.is_active
            and ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id in (select id from subtree))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        order by score desc, id
        limit 200
    ) ranked
), near as (
    select id, row_number() over (order by distance, id) as place
    from (
        select p.id, p.embedding <=> $2::halfvec as distance
        from products p
        where p.is_active
            and ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id in (select id from subtree))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        order by distance
        limit 200
    ) ranked
)
select id, sum(1.0 / (60 + place))::float8 as score
from (select * from full_text union all select * from near) fused
group by id
order by score desc, id
limit $9 offset $10;

-- name: log
-- $1 text, $2 user id, $3 session id, $4 store id, $5 model, $6 filters, $7 number of hits, $8 product ids,
-- $9 suitable, $10 milliseconds
insert into search_logs (
    query, user_id, session_id, store_id, search_type, embedding_model, filters, results_count, product_ids, suitable,
    response_time_ms
)
values ($1, $2, $3, $4, 'hybrid', $5, $6, $7, $8, $9, $10)
returning id;
