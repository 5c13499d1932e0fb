-- name: recommend
-- $1 store, $2 user or null, $3 product or null, $4 how many, $5 alpha, $6 session or null, $7 what was asked, for the
-- log; $8 whether the transaction holds nothing else: as with a search, its log may then be lost with the power.
-- With a product: what goes with it. Without: what suits the person, by their latest ten products.
-- Each leg reads a bounded number of rows and gives at most 100 places; a place is worth 1 - (place - 1) / 100. Places,
-- because how often two things are bought together and how near their vectors are have no common scale.
with settled as materialized (
    select
        -- As many as are read of the index at the most.
        set_config('hnsw.ef_search', '200', true),
        set_config('hnsw.iterative_scan', 'relaxed_order', true),
        set_config('synchronous_commit', case when $8 then 'off' else current_setting('synchronous_commit') end, true)
), weights (event_type, weight) as (
    values
        ('purchase', 1.0), ('add_to_cart', .6), ('add_to_wishlist', .5), ('view', .3), ('click', .3),
        ('search_click', .3), ('recommendation_click', .3)
), recent as materialized (
    select product_id
    from (
        (
            select product_id, created_at from interactions join weights using (event_type)
            where user_id = $2 and product_id is not null
            order by created_at desc
            limit 50
        )
        union all
        (
            select i.product_id, o.created_at
            from orders o join order_items i on i.order_id = o.id
            where o.user_id = $2 and o.status <> 'cancelled'
            order by o.created_at desc
            limit 50
        )
    ) done
    group by product_id
    order by max(created_at) desc
    limit 10
), seeds as materialized (
    select $3::uuid as product_id where $3 is not null union all select product_id from recent where $3 is null
), hidden as materialized (
    select product_id from seeds
    union
    select i.product_id from carts c join cart_items i on i.cart_id = c.id
    where c.user_id = $2 and c.active and not c.suggested
    union
    select i.product_id from orders o join order_items i on i.order_id = o.id
    where o.user_id = $2 and o.status <> 'cancelled' and o.created_at > now() - interval '30 days'
), fans as materialized (
    -- The latest who had to do with the seeds, and how much.
    select user_id, sum(weight) as weight
    from (
        select f.user_id, s.product_id, max(f.weight) as weight
        from seeds s
        cross join lateral (
            (
                select i.user_id, w.weight from interactions i join weights w using (event_type)
                where i.product_id = s.product_id and i.user_id is distinct from $2 and i.user_id is not null
                order by i.created_at desc
                limit (select 200 / greatest(count(*), 1) from seeds)
            )
            union all
            (
                select o.user_id, 1.0 from order_items i join orders o on o.id = i.order_id
                where i.product_id = s.product_id and o.status <> 'cancelled' and o.user_id is distinct from $2
                order by i.id desc
                limit (select 200 / greatest(count(*), 1) from seeds)
            )
        ) f
        group by f.user_id, s.product_id
    ) had
    group by user_id
), found as materialized (
    select product_id, sum(weight) as evidence
    from (
        select f.user_id, b.product_id, f.weight * max(b.weight) as weight
        from fans f
        cross join lateral (
            (
                select i.product_id, w.weight from interactions i join weights w using (event_type)
                where i.user_id = f.user_id and i.product_id is not null
                order by i.created_at desc
                limit 30
            )
            union all
            (
                select i.product_id, 1.0 from orders o join order_items i on i.order_id = o.id
                where o.user_id = f.user_id and o.status <> 'cancelled'
                order by o.created_at desc
                limit 30
            )
        ) b
        group by f.user_id, f.weight, b.product_id
    ) having_both
    group by product_id
    -- Less is chance: two persons who looked at both, or one who put both into a cart, are enough.
    having sum(weight) >= .15
    order by sum(weight) desc
    limit 200
), together as materialized (
    -- The cosine of two products over persons, up to what is the same for all candidates. The 3 holds down what few had
    -- to do with, the root what everybody has to do with.
    select id, row_number() over (order by score desc, id) as place
    from (
        select p.id, f.evidence / (sqrt(h.happened) + 3) as score
        from found f
        join products p on p.id = f.product_id and p.store_id = $1 and p.is_available
        cross join lateral (
            select
                (select count(*) from (select from interactions where product_id = p.id limit 1000) seen)
                + (select count(*) from (select from order_items where product_id = p.id limit 1000) sold) as happened
        ) h
        where p.id not in (select product_id from hidden)
        order by score desc, p.id
        limit 100
    ) scored
), meant as materialized (
    select
        avg(l2_normalize(p.embedding))::halfvec as vector,
        (select count(*) from (select from products where store_id = $1 limit 3001) own) <= 3000 as small
    from seeds s join products p on p.id = s.product_id cross join settled
), content as materialized (
    -- The rows of a small store are compared one by one: the index of a large catalogue would be read for long.
    select id, row_number() over (order by distance, id) as place
    from (
        (
            select p.id, (p.embedding <=> (select vector from meant)) + 0 as distance
            from products p
            where (select small and vector is not null from meant) and p.store_id = $1 and p.is_available
                and p.embedding is not null and p.id not in (select product_id from hidden)
            order by distance
            limit 100
        )
        union all
        (
            select p.id, p.embedding <=> (select vector from meant) as distance
            from products p
            where (select not small and vector is not null from meant) and p.store_id = $1 and p.is_available
                and p.id not in (select product_id from hidden)
            order by centred(p.embedding) <#> (select vector from meant)
            limit 100
        )
    ) near
), fused as materialized (
    select
        id, t.place as together, c.place as alike,
        $5::numeric * coalesce(1 - (t.place - 1) / 100.0, 0) + (1 - $5) * coalesce(1 - (c.place - 1) / 100.0, 0) as score
    from together t full join content c using (id)
), rated as (
    -- For whoever is new, to a shop that knows nothing yet.
    select p.id, row_number() over (order by worth(p.rating, p.rating_count) desc, p.id) as place
    from products p
    where (select count(*) from fused) < $4 and p.store_id = $1 and p.is_available
        and p.id not in (select product_id from hidden) and p.id not in (select id from fused)
    order by worth(p.rating, p.rating_count) desc, p.id
    limit $4
), candidates as materialized (
    select id, together, alike, score, row_number() over (order by worse, score desc, alike, together, place) as place
    from (
        select id, together, alike, score, null::bigint as place, false as worse from fused
        union all
        select id, null, null, 0, place, true from rated
    ) every
    order by 5
    limit 100
), log as (
    insert into recommendation_logs (
        user_id, session_id, store_id, request_context, candidate_products, returned, alpha
    )
    select
        $2, $6, $1, $7, coalesce(array_agg(id order by place), '{}'), least(count(*), $4), $5
    from candidates
    returning id
)
select log.id as recommendation_id, c.id, c.together, c.alike, c.score
from log left join candidates c on c.place <= $4
order by c.place;

-- name: report
-- $1 the first moment that counts, $2 store or null. A product counts once a recommendation, however often it was clicked.
select
    l.alpha, count(*)::int as recommendations, sum(l.returned)::int as shown, sum(t.clicked)::int as clicked,
    sum(t.added)::int as added, sum(t.purchased)::int as purchased
from recommendation_logs l
cross join lateral (
    select
        count(distinct product_id) filter (where event_type in ('click', 'recommendation_click')) as clicked,
        count(distinct product_id) filter (where event_type = 'add_to_cart') as added,
        count(distinct product_id) filter (where event_type = 'purchase') as purchased
    from interactions
    where recommendation_log_id = l.id
) t
where l.returned_at >= $1 and ($2::uuid is null or l.store_id = $2)
group by l.alpha
order by l.alpha;
