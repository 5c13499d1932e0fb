-- name: cart_item
-- $1 cart item, $2 user
select i.id, i.cart_id, i.product_id, p.name, i.quantity
from cart_items i
join carts c on c.id = i.cart_id
join products p on p.id = i.product_id
where i.id = $1 and c.user_id = $2 and c.active and not c.suggested;

-- name: changes
-- $1 cart, $2 product, $3 limit
with change as (
    select
        a.id, a.created_at, a.user_id, a.action, a.part_id, a.message_action_id, a.api_key_id, a.user_agent,
        case when a.changes->'after' ? 'product_id'
            then coalesce((a.changes->'before'->>'quantity')::int, 0)
            else coalesce((a.changes->'before'->>$2::uuid::text)::int, 0)
        end as before,
        case when a.changes->'after' ? 'product_id'
            then coalesce((a.changes->'after'->>'quantity')::int, 0)
            else coalesce((a.changes->'after'->>$2::uuid::text)::int, 0)
        end as after
    from audit_log a
    where a.entity_type = 'cart' and a.entity_id = $1
        and (
            a.changes->'after'->>'product_id' = $2::uuid::text
            or a.changes->'after' ? $2::uuid::text
            or a.changes->'before' ? $2::uuid::text
        )
    order by a.created_at desc, a.id desc
    limit $3
)
select
    c.created_at, c.action, c.before, c.after, c.user_agent, c.message_action_id as action_id,
    p.tool_name, p.tool_input, m.public_id as message_id, h.public_id as chat_id,
    (
        select string_agg(w.text_text, ' ' order by w."order")
        from runs r join parts w on w.message_id = r.user_message_id and w.type = 'text'
        where r.message_id = p.message_id
    ) as asked,
    k.name as key_name,
    s.id as suggestion_id, s.title as suggestion_title, s.reason as suggestion_reason, s.score as suggestion_score,
    s.message_id as suggestion_message_id,
    f.query as search_query, f.filters as search_filters, f.created_at as searched_at, f.rank as search_rank
from change c
left join parts p on p.id = c.part_id
left join messages m on m.id = p.message_id
left join chats h on h.id = m.chat_id
left join api_keys k on k.id = c.api_key_id
-- One transaction has one time: the suggestion that was accepted with this change.
left join lateral (
    select g.id, g.title, g.reason, g.score, by.public_id as message_id
    from audit_log a join carts g on g.id = a.entity_id left join messages by on by.id = g.suggested_by_message_id
    where c.action = 'accept_suggested'
        and a.entity_type = 'suggested_cart' and a.action = 'accepted'
        and a.created_at = c.created_at and a.user_id = c.user_id
    limit 1
) s on true
left join lateral (
    select l.query, l.filters, l.created_at, array_position(l.product_ids, $2::uuid) as rank
    from search_logs l
    where c.after > c.before and l.user_id = c.user_id and l.created_at <= c.created_at
        and l.created_at > c.created_at - interval '1 day' and $2::uuid = any(l.product_ids)
    order by l.created_at desc
    limit 1
) f on true
order by c.created_at desc, c.id desc;
