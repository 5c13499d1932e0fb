-- name: entries
-- $1 user or null, $2 API key or null, $3 entity type or null, $4 entity or null, $5 action or null, $6 from, $7 to,
-- $8 time and $9 id of the last entry of the page before or null, $10 limit
select
    id, created_at, user_id, api_key_id, entity_type, entity_id, action, changes, part_id, message_action_id,
    host(ip_address) as ip, user_agent
from audit_log
where ($1::uuid is null or user_id = $1)
    and ($2::uuid is null or api_key_id = $2)
    and ($3::text is null or entity_type = $3)
    and ($4::uuid is null or entity_id = $4)
    and ($5::text is null or action = $5)
    and ($6::timestamptz is null or created_at >= $6)
    and ($7::timestamptz is null or created_at < $7)
    and ($8::timestamptz is null or (created_at, id) < ($8, $9::uuid))
order by created_at desc, id desc
limit $10;
