-- name: record
-- $1 user, $2 session or null, $3 what happened, a JSON array of objects; a row for each that was new
insert into interactions (
    user_id, session_id, event_type, product_id, event_value, search_log_id, recommendation_log_id, platform, device,
    data, client_id, occurred_at
)
select
    $1, $2, e.event_type, e.product_id, e.event_value, e.search_log_id,
    coalesce(
        e.recommendation_log_id,
        case when e.event_type in ('add_to_cart', 'purchase') then (
            select l.id
            from recommendation_logs l
            where l.user_id = $1
                and l.returned_at between coalesce(e.occurred_at, now()) - interval '7 days'
                    and coalesce(e.occurred_at, now())
                and e.product_id = any(l.candidate_products[:l.returned])
            order by l.returned_at desc
            limit 1
        ) end
    ),
    e.platform, e.device, coalesce(e.data, '{}'), e.client_id, coalesce(e.occurred_at, now())
from jsonb_to_recordset($3) as e (
    event_type text, product_id uuid, event_value numeric, search_log_id uuid, recommendation_log_id uuid,
    platform text, device jsonb, data jsonb, client_id text, occurred_at timestamptz
)
on conflict (user_id, client_id) do nothing
returning id;

-- name: unknown
-- $1 user, $2 products, $3 searches, $4 recommendations, each with nulls and in the order of the interactions
with named as (
    select product, search, recommendation, (place - 1)::int as place
    from unnest($2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as given(product, search, recommendation, place)
)
select place, 'product_id' as field from named n
where product is not null and not exists (select from products where id = n.product)
union all
select place, 'search_log_id' from named n
where search is not null and not exists (select from search_logs where id = n.search and user_id = $1)
union all
select place, 'recommendation_log_id' from named n
where recommendation is not null
    and not exists (select from recommendation_logs where id = n.recommendation and user_id = $1)
order by place, field;
