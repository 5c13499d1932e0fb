-- name: for_sale
-- Only its condition is used, in `search`.
select from products p, (select null::uuid as store, 0 as least) asked
where p.is_active and coalesce(p.store_id = asked.store, true) and p.stock >= asked.least;

-- name: filtered
-- Only its conditions are used, in `search`: the first three where there is such a filter, the prices with any;
-- `behind_filters` has the same. With `is not false` a condition is not looked up (and null is none): most products may be
-- in a range of prices, which a plan for all cannot know.
select
from products p, (
    select null::uuid as store, '{}'::uuid[] as categories, '' as brand, 0::bigint as lowest, 0::bigint as highest
) asked
where p.store_id = asked.store
    and p.category_id = any(asked.categories)
    and lower(p.brand) = asked.brand
    and (p.effective_price >= asked.lowest) is not false
    and (p.effective_price <= asked.highest) is not false;

-- name: search
-- $1 text, $2 its vector or null; filters, null where there is none: $3 store id, $4 category slug, $5 brand, $6 lowest
-- and $7 highest price after discount in minor units, $8 in stock only; $9 limit, $10 offset, $11 rows that the vector
-- index looks at; $12 some of the words and $13 neighbours written as one word, both for websearch_to_tsquery; $14 keys
-- of what may be part numbers, $15 grams of the first before its middle, $16 grams after it; $17 the cosine distance up
-- to which a product is like what was asked for; $18 the key of the whole text, if it may be a part number; for the log
-- $19 user id, $20 session id, $21 model, $22 filters, $23 milliseconds spent before, $24 now; $25 whether the
-- transaction holds nothing but the search: its log may then be lost with the machine's power, which is not worth a
-- shopper's wait for the disk. Written into the text: $26 whether there is a filter besides store and stock, $27 whether
-- there is anything in $14, $28 whether a product is behind the filters: the condition of `for_sale` and those of `filtered`
-- that are given, $29 the same where nothing but vectors and part numbers is to be looked up.
-- What a search is for comes from `asked`: made once and not for every row, and no estimate depends on it, so that the
-- server finds its cached plan as good as a new one.
-- Each leg reads a bounded number of rows and ranks fewer; a score is the sum of weight / (60 + place) over legs.
with subtree as materialized (
    select id
    from (
        with recursive below as (
            select id from categories where slug = $4
            union
            select c.id from below join categories c on c.parent_id = below.id
        )
        select id from below
    ) found
    where $26::boolean
), asked as materialized (
    select
        every, joined, coalesce(every || joined, every) as whole,
        websearch_to_tsquery('english', nullif($12, '')) as pairs,
        $3::uuid as store, case when $4::text is not null then array(select id from subtree) end as categories,
        lower($5) as brand, $6::bigint as lowest, $7::bigint as highest, $8::boolean::int as least,
        $14::text[] as keys, grams(($14::text[])[1]) as grams, $15::text[] as before, $16::text[] as after,
        $18::text as number, $9::int as size, $10::int as skip,
        -- How many rows a leg of words ranks: a page of up to 20 is as good with fewer.
        case when $9::int <= 20 then 80 else 250 end as most_words,
        case when $9::int <= 20 then 100 else 200 end as most_names,
        case when vector_dims($2::halfvec) = (
            select atttypmod from pg_attribute where attrelid = 'products'::regclass and attname = 'embedding'
        ) then $2::halfvec end as vector,
        set_config('hnsw.iterative_scan', 'off', true),
        set_config('synchronous_commit', case when $25 then 'off' else current_setting('synchronous_commit') end, true)
    from plainto_tsquery('english', nullif($1, '')) every, websearch_to_tsquery('english', nullif($13, '')) joined
), numbered as materialized (
    -- An exact part number is sure. One typo leaves all before and all after it the same, so that the two lengths sum up
    -- to all but one letter; else a part number is as likely as the letters in threes that it shares.
    select id, likeness, number, place
    from (
        with typed as materialized (
            select typed.*
            from asked cross join lateral (
                select p.id, p.part_number_key, p.part_number_grams, p.gtins
                from products p
                where (
                        p.part_number_key = any(asked.keys) or p.gtins && asked.keys
                        or p.part_number_grams @> asked.before or p.part_number_grams @> asked.after
                    )
                    and $29::boolean
                limit 1000
            ) typed
        ), compared as materialized (
            select
                id, exact, number,
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
                select
                    id, part_number_key, part_number_grams, keys[1] as asked, grams as asked_grams,
                    coalesce(part_number_key = any(keys), false) or gtins && keys as exact,
                    coalesce(part_number_key = number, false) or gtins @> array[number] as number
                from typed, asked
                order by exact desc, abs(length(part_number_key) - length(keys[1]))
                limit 200
            ) query
        )
        select id, likeness, number, row_number() over (order by likeness desc, alike desc, id) as place
        from (
            select
                id, alike, number,
                case when exact then 6.0::float8 when one_off then 4.0::float8 else 2.0 * alike end as likeness
            from compared
        ) likely
    ) likely
    where $27::boolean
    order by place
    limit 20
), read as materialized (
    -- Rows that hold every word anywhere. Few columns, as most are sorted away: `tid` leads back to the words.
    select found.*
    from asked cross join lateral (
        select
            p.id, p.ctid as tid, p.embedding <=> asked.vector as distance, p.name_search @@ asked.whole as in_name
        from products p
        where p.search @@ asked.whole
            and $28::boolean
        limit 400
    ) found
), ranked as materialized (
    -- Of very many, those whose name or meaning is nearest. Twice: by field and closeness of the words, and by how much of
    -- the text the words are.
    select
        id, distance, in_name, name_search, close_place, dense_place,
        row_number() over (order by close_place > 200, distance, id) as meant_place
    from (
        select
            id, distance, in_name, name_search,
            row_number() over (order by close desc, id) as close_place,
            row_number() over (order by dense desc, id) as dense_place
        from (
            select
                best.id, best.distance, best.in_name, case when best.in_name then p.name_search end as name_search,
                ts_rank(p.search, every) as close, ts_rank('{1, 1, 1, 1}', p.search, whole, 2) as dense
            from asked cross join (
                select id, tid, distance, in_name
                from read
                order by in_name desc, distance
                limit (select most_words from asked)
            ) best join products p on p.ctid = best.tid
        ) scored
    ) placed
), names as materialized (
    -- Where names that hold every word are more than a page has rows (a fifth more; three times, where a long page is to
    -- have all there is), neither rows with some of the words nor rows of like meaning would be on the first;
    -- reading those is two thirds of a search. They are read for pages beyond all that hold every word, and then come after
    -- those, nearest first: no page repeats a row of another. So do rows with every word that are not ranked. Where such
    -- names fill a quarter of a page, the index need not look at many rows.
    select
        enough, wider, beyond, wider and not ($27::boolean and exists (select from numbered where number)) as wanted,
        set_config('hnsw.ef_search', case when 4 * found >= size and not $26::boolean then '60' else $11 end, true)
    from (
        select size, found, found >= many as enough, found < many or beyond as wider, beyond
        from (
            select
                size, found, size * case when size <= 20 then 1.2 else 3 end as many, held <= size + skip as beyond
            from asked, (
                select
                    count(*) filter (where in_name) as found,
                    count(*) filter (where close_place <= 200 or dense_place <= 200) as held
                from ranked
            ) counted
        ) wished
    ) compared
), named as materialized (
    -- Rows with some of the words in the name, where the end of a phrase weighs most.
    select id, distance, late, row_number() over (partition by late order by score desc, id) as place
    from (
        select found.*
        from asked cross join names cross join lateral (
            select id, distance, ts_rank('{.1, .1, .3, 1}', name_search, asked.pairs) as score, false as late
            from ranked
            where in_name and names.enough
            union all
            (
                select
                    p.id, p.embedding <=> asked.vector as distance,
                    ts_rank('{.1, .1, .3, 1}', p.name_search, asked.pairs) as score, names.enough as late
                from products p
                where names.wider
                    and p.name_search @@ asked.pairs
                    and $28::boolean
                limit 400
            )
        ) found
        order by late, score desc, id
        limit (select most_names from asked)
    ) scored
), indexed as materialized (
    -- What is a part number as a whole is not asked for by its meaning.
    select near.*
    from asked cross join names cross join lateral (
        select p.id, p.embedding <=> asked.vector as distance, names.enough as late
        from products p
        where asked.vector is not null
            and names.wanted
            and $29::boolean
        order by centred(p.embedding) <#> asked.vector
        limit 60
    ) near
), wanting as materialized (
    -- Whether the index has come upon too few behind the filters, for it looks at so many rows and no more.
    select store, enough, vector is not null and many < 20 and wanted as few
    from asked, names, (select count(*) as many from indexed) counted
), behind as materialized (
    -- Then those behind the filters, or of the store, are compared one by one unless they are many ...
    select found.*
    from asked cross join wanting cross join lateral (
        select id, distance
        from behind_filters(
            asked.store, asked.categories, asked.brand, asked.lowest, asked.highest, asked.least, asked.vector, 6000
        )
        where $26::boolean and few
    ) found
    -- The function may see what has been added since this statement began.
    where found.id is null or exists (select from products p where p.id = found.id)
), counted as materialized (
    select
        enough, case
            when $26::boolean then not exists (select from behind where id is null)
            else store is not null and (
                select count(*) <= 3000
                from (select from products p where p.store_id = wanting.store order by p.sku limit 3001) counted
            )
        end as small
    from wanting
    where few
), further as materialized (
    -- ... and else the index is read on (`reading`, else null), which costs memory for every row looked at.
    select near.*, enough as late
    from asked cross join (
        select
            enough, small,
            case when not small then set_config('hnsw.iterative_scan', 'relaxed_order', true) <> '' end as reading
        from counted
    ) counted cross join lateral (
        select id, distance from behind where $26::boolean and small
        union all
        (
            select p.id, p.embedding <=> asked.vector as distance
            from products p
            where not $26::boolean
                and small
                and p.store_id = asked.store
                and $28::boolean
            order by p.sku
            limit 3000
        )
        union all
        (
            select p.id, p.embedding <=> asked.vector as distance
            from products p
            where reading
                and $29::boolean
            order by centred(p.embedding) <#> asked.vector
            limit 60
        )
    ) near
    order by distance
    limit 200
), pool as (
    select id, min(distance) as distance, sum(score) as score, bool_and(late) as late
    from (
        select
            id, distance,
            case when dense_place <= 200 then 0.5::float8 / (60 + dense_place) else 0 end
                + case when close_place <= 200 then 0.5::float8 / (60 + close_place) else 0 end
                + case when close_place <= 200 then 0.25::float8 / (60 + meant_place) else 0 end as score,
            false as late
        from ranked
        where close_place <= 200 or dense_place <= 200
        union all
        select id, distance, 0, true from read, names where beyond
        union all
        select id, distance, case when late then 0 else 0.5::float8 / (60 + place) end, late from named
        union all
        select id, distance, 0, late from indexed
        union all
        select id, distance, 0, late from further
        union all
        -- With their distance, so that they stay where they are when a later page has the others' too.
        select id, p.embedding <=> asked.vector, likeness / (60 + place), false
        from asked, numbered join products p using (id)
        where $27::boolean
    ) legs
    group by id
), fused as materialized (
    select
        id, distance,
        score + case
            when distance is null then 0
            else case when late then 1e-6::float8 else 1 end
                / (60 + row_number() over (partition by late order by distance, id))
        end as score
    from pool
), rest as (
    -- A page is never shorter than asked for while anything is behind the filter. Fewer than 200 in `behind` are all there
    -- are, and found already.
    select rest.*
    from asked cross join lateral (
        select p.id, 0::float8 as score, true as last
        from products p
        where not exists (select from fused offset $9::int + $10::int)
            and not ($26::boolean and exists (select from counted where small) and (select count(*) < 200 from behind))
            and $28::boolean
            and not exists (select from fused where fused.id = p.id)
        order by p.id
        limit asked.size + asked.skip + 1
    ) rest
), page as materialized (
    select id, score, row_number() over (order by last, score desc, id) as place
    from (
        select id, score, last
        from (select id, score, false as last from fused union all select * from rest) found
        order by last, score desc, id
        limit $9::int + 1 offset $10::int
    ) cut
), judged as (
    select
        exists (select from page) and (
            $1::text = ''
            or $27::boolean and exists (select from numbered where likeness >= 1)
            or exists (select from fused where distance <= $17::float8)
            or exists (select from ranked where in_name and distance <= $17::float8 + 0.1)
            or exists (
                select from ranked, asked
                where in_name and greatest(
                    ts_rank('{.1, .1, .3, 1}', name_search, every), ts_rank('{.1, .1, .3, 1}', name_search, joined)
                ) >= 0.5
            )
        ) as suitable
), logged as (
    insert into search_logs (
        query, user_id, session_id, store_id, search_type, embedding_model, filters, results_count, product_ids, suitable,
        response_time_ms, created_at
    )
    select
        $1, $19, $20, $3, case when (select vector from asked) is null then 'text' else 'hybrid' end, $21, $22,
        cardinality(shown.ids), shown.ids, judged.suitable,
        $23::int + extract(milliseconds from clock_timestamp() - statement_timestamp())::int, $24
    from judged, (
        select coalesce(array_agg(id order by place), '{}') as ids from page where place <= $9::int
    ) shown
    returning id, suitable
)
select
    logged.id as search_id, logged.suitable, exists (select from page where place > $9::int) as has_more,
    page.score, shown.*
from logged left join (page join shown_products shown using (id)) on page.place <= $9::int
order by page.place;
