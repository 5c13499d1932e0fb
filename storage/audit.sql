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
