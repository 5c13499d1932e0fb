-- name: record
-- $1 user, $2 entity type, $3 entity, $4 action, $5 before and after, $6 message or null, $7 tool call or null,
-- $8 action or null, $9 API key or null, $10 ip address or null, $11 user agent or null
insert into audit_log (
    user_id, entity_type, entity_id, action, changes, part_id, message_action_id, api_key_id, ip_address, user_agent
)
values (
    $1, $2, $3, $4, $5,
    (select id from parts where message_id = $6 and tool_tool_call_id = $7 order by "order" desc limit 1),
    $8, $9, $10::text::inet, $11
);

-- name: forget
-- $1 entity type, $2 entity
update audit_log a set changes = coalesce(
    (
        select jsonb_object_agg(side.key, (
            select coalesce(
                jsonb_object_agg(f.key, case jsonb_typeof(f.value) when 'string' then 'null'::jsonb else f.value end), '{}'
            )
            from jsonb_each(side.value) f
        ))
        from jsonb_each(a.changes) side
    ),
    '{}'
)
where a.entity_id = $2 and a.entity_type = $1;
