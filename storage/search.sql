-- name: custom
-- A cached generic plan would not know which filters are given.
set local plan_cache_mode = force_custom_plan;

-- name: search
-- $1 text, $2 its vector or null; filters, null where there is none: $3 store id, $4 category slug, $5 brand, $6 lowest
-- and $7 highest price after discount in minor units, $8 in stock only; $9 limit + 1, $10 offset, $11 rows that the
-- vector index looks at; $12 some of the words and $13 neighbours written as one word, both for websearch_to_tsquery;
-- $14 keys of what may be part numbers, $15 grams of the first before its middle, $16 grams after it; $17 the cosine
-- distance up to which a product is like what was asked for; for the log $18 user id, $19 session id, $20 model,
-- $21 filters, $22 milliseconds spent before, $23 now; $24 whether the transaction holds nothing but the search: its log
-- may then be lost with the machine's power, which is not worth a shopper's wait for the disk; $25 whether there is a
-- filter besides the store.
-- What a search is for comes from `asked`: made once and not for every row, and without filters no estimate depends on it,
-- so that the server finds its cached plan as good as a new one.
-- Each leg reads a bounded number of rows and ranks at most 250; a score is the sum of weight / (60 + place) over legs.
with recursive asked as materialized (
    select
        every, joined, every || joined as whole, websearch_to_tsquery('english', $12) as pairs,
        $3::uuid as store, $14::text[] as keys, grams(($14::text[])[1]) as grams, $15::text[] as before,
        $16::text[] as after, $9::int as size, $10::int as skip,
        case when vector_dims($2::halfvec) = (
            select atttypmod from pg_attribute where attrelid = 'products'::regclass and attname = 'embedding'
        ) then $2::halfvec end as vector,
        set_config('hnsw.ef_search', $11, true),
        set_config('hnsw.iterative_scan', 'relaxed_order', true),
        set_config('synchronous_commit', case when $24 then 'off' else current_setting('synchronous_commit') end, true)
    from plainto_tsquery('english', $1) every, websearch_to_tsquery('english', $13) joined
), subtree as (
    select id from categories where slug = $4
    union
    select c.id from subtree join categories c on c.parent_id = subtree.id
), matching as materialized (
    -- Rows that hold every word anywhere; of very many, those whose name or meaning is nearest go on.
    select id, search, distance, named
    from (
        select
            p.id, p.search, p.embedding <=> (select vector from asked) as distance,
            case when p.name_search @@ (select whole from asked) then
                greatest(
                    ts_rank('{.1, .1, .3, 1}', p.name_search, (select every from asked)),
                    ts_rank('{.1, .1, .3, 1}', p.name_search, (select joined from asked))
                )
            end as named
        from products p
        where p.search @@ (select whole from asked)
            and p.is_active
            and coalesce(p.store_id = (select store from asked), true)
            and (not $25::boolean or (
                ($3::uuid is null or p.store_id = $3)
                and ($4::text is null or p.category_id = any(array(select id from subtree)))
                and ($5::text is null or lower(p.brand) = lower($5))
                and ($6::bigint is null or p.effective_price >= $6)
                and ($7::bigint is null or p.effective_price <= $7)
                and (not $8::boolean or p.stock > 0)
            ))
        limit 400
    ) read
    order by named is null, distance
    limit 250
), ranked as materialized (
    -- Twice: by field and closeness of the words, and by how much of the text the words are.
    select
        id, distance,
        row_number() over (order by close desc, id) as close_place,
        row_number() over (order by dense desc, id) as dense_place
    from (
        select
            id, distance,
            ts_rank_cd(search, (select whole from asked)) as close,
            ts_rank('{1, 1, 1, 1}', search, (select whole from asked), 2) as dense
        from matching
    ) scored
), named as materialized (
    -- Rows with some of the words in the name, where the end of a phrase weighs most.
    select id, distance, row_number() over (order by score desc, id) as place
    from (
        select id, distance, score
        from (
            select
                p.id, p.embedding <=> (select vector from asked) as distance,
                ts_rank('{.1, .1, .3, 1}', p.name_search, (select pairs from asked)) as score
            from products p
            where p.name_search @@ (select pairs from asked)
                and p.is_active
                and coalesce(p.store_id = (select store from asked), true)
                and (not $25::boolean or (
                    ($3::uuid is null or p.store_id = $3)
                    and ($4::text is null or p.category_id = any(array(select id from subtree)))
                    and ($5::text is null or lower(p.brand) = lower($5))
                    and ($6::bigint is null or p.effective_price >= $6)
                    and ($7::bigint is null or p.effective_price <= $7)
                    and (not $8::boolean or p.stock > 0)
                ))
            limit 400
        ) read
        order by score desc, id
        limit 200
    ) scored
), meant as (
    select id, row_number() over (order by distance, id) as place from ranked where close_place <= 200
), behind as materialized (
    -- Few rows behind a filter are compared one by one; the index would have to look at many to find them.
    select p.id, p.embedding <=> (select vector from asked) as distance
    from products p
    where $25::boolean
        and p.is_active
        and coalesce(p.store_id = (select store from asked), true)
        and (not $25::boolean or (
            ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id = any(array(select id from subtree)))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        ))
    limit 3001
), small as materialized (
    -- Whether the store is so small that its rows are compared one by one: the index of a large catalogue would be read
    -- for long until it has come upon enough of them.
    select not $25::boolean and (select store from asked) is not null and count(*) <= 3000 as store
    from (select from products p where p.store_id = (select store from asked) limit 3001) few
), shelf as materialized (
    select p.id, p.embedding <=> (select vector from asked) as distance
    from products p
    where (select store from small) and p.store_id = (select store from asked) and p.is_active
), indexed as materialized (
    select p.id, p.embedding <=> (select vector from asked) as distance
    from products p
    where (select vector from asked) is not null
        and not (select store from small)
        and (not $25::boolean or (select count(*) from behind) > 3000)
        and p.is_active
        and coalesce(p.store_id = (select store from asked), true)
        and (not $25::boolean or (
            ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id = any(array(select id from subtree)))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        ))
    order by p.embedding <=> (select vector from asked)
    limit 60
), near as materialized (
    select id, distance, row_number() over (order by distance, id) as place
    from (
        select id, distance from indexed
        union
        select id, distance from ranked where close_place <= 200 or dense_place <= 200
        union
        select id, distance from named
        union
        (select id, distance from behind where (select count(*) from behind) <= 3000 order by distance limit 200)
        union
        (select id, distance from shelf order by distance limit 200)
    ) found
    where distance is not null
), typed as materialized (
    select p.id, p.part_number_key, p.part_number_grams, p.gtins && (select keys from asked) as is_gtin
    from products p
    where (
            p.part_number_key = any((select keys from asked)::text[]) or p.gtins && (select keys from asked)
            or p.part_number_grams @> (select before from asked) or p.part_number_grams @> (select after from asked)
        )
        and p.is_active
        and coalesce(p.store_id = (select store from asked), true)
        and (not $25::boolean or (
            ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id = any(array(select id from subtree)))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        ))
    limit 1000
), compared as (
    select
        id, part_number_key = any((select keys from asked)::text[]) or is_gtin as exact,
        abs(length(part_number_key) - length(asked)) <= 1 and (
            select count(*) from generate_series(1, length(part_number_key)) size
            where left(part_number_key, size) = left(asked, size)
        ) + (
            select count(*) from generate_series(1, length(part_number_key)) size
            where right(part_number_key, size) = right(asked, size)
        ) >= greatest(length(part_number_key), length(asked)) - 1 as one_off,
        (select count(*) from unnest(part_number_grams) gram where gram = any(asked_grams))::float8
            / greatest(cardinality(part_number_grams), cardinality(asked_grams)) as alike
    from (
        -- Of very many that share a half, those of about the same length go on.
        select typed.*, keys[1] as asked, asked.grams as asked_grams
        from typed, asked
        order by is_gtin or part_number_key = any(keys) desc nulls last, abs(length(part_number_key) - length(keys[1]))
        limit 200
    ) query
), numbered as materialized (
    -- An exact part number is sure. One typo leaves all before and all after it the same, so that the two lengths sum up
    -- to all but one letter; else a part number is as likely as the letters in threes that it shares.
    select id, likeness, row_number() over (order by likeness desc, alike desc, id) as place
    from (
        select id, alike, case when exact then 6.0::float8 when one_off then 4.0::float8 else 2.0 * alike end as likeness
        from compared
    ) likely
    order by place
    limit 20
), fused as materialized (
    select id, sum(score) as score
    from (
        select id, 0.5::float8 / (60 + close_place) as score from ranked where close_place <= 200
        union all
        select id, 0.5::float8 / (60 + dense_place) from ranked where dense_place <= 200
        union all
        select id, 0.5::float8 / (60 + place) from named
        union all
        select id, 0.25::float8 / (60 + place) from meant
        union all
        select id, 1.0::float8 / (60 + place) from near
        union all
        select id, likeness / (60 + place) from numbered
    ) legs
    group by id
), rest as (
    -- A page is never shorter than asked for while anything is behind the filter.
    select p.id, 0::float8 as score
    from products p
    where (select count(*) from fused) < (select size + skip from asked)
        and p.is_active
        and coalesce(p.store_id = (select store from asked), true)
        and (not $25::boolean or (
            ($3::uuid is null or p.store_id = $3)
            and ($4::text is null or p.category_id = any(array(select id from subtree)))
            and ($5::text is null or lower(p.brand) = lower($5))
            and ($6::bigint is null or p.effective_price >= $6)
            and ($7::bigint is null or p.effective_price <= $7)
            and (not $8::boolean or p.stock > 0)
        ))
        and not exists (select from fused where fused.id = p.id)
    order by p.id
    limit (select size + skip from asked)
), page as materialized (
    select id, score, row_number() over (order by score desc, id) as place
    from (select * from fused union all select * from rest) found
    order by score desc, id
    limit (select size from asked) offset (select skip from asked)
), judged as (
    select
        exists (select from page) and (
            $1::text = ''
            or exists (select from matching where named >= 0.5 or (named > 0 and distance <= $17::float8 + 0.1))
            or exists (select from numbered where likeness >= 1)
            or exists (select from near where distance <= $17::float8)
        ) as suitable
), logged as (
    insert into search_logs (
        query, user_id, session_id, store_id, search_type, embedding_model, filters, results_count, product_ids, suitable,
        response_time_ms, created_at
    )
    select
        $1, $18, $19, $3, case when (select vector from asked) is null then 'text' else 'hybrid' end, $20, $21,
        cardinality(shown.ids), shown.ids, judged.suitable,
        $22::int + extract(milliseconds from clock_timestamp() - statement_timestamp())::int, $23
    from judged, (
        select coalesce(array_agg(id order by place), '{}') as ids from page where place < (select size + skip from asked)
    ) shown
    returning id, suitable
)
select page.id, page.score, logged.id as search_id, logged.suitable
from logged left join page on true
order by page.place;
