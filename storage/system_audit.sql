-- name: note
-- $1 component, $2 severity, $3 message, $4 payload
insert into system_audit (component, severity, message, payload) values ($1, $2, $3, $4);

-- name: write
-- $1 components, $2 severities, $3 messages, $4 payloads, $5 times, each in the same order
insert into system_audit (component, severity, message, payload, created_at)
select * from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[]);

-- name: entries
-- $1 component or null, those below it too, $2 severities or null, $3 from, $4 to, $5 time and $6 id of the last entry of
-- the page before or null, $7 limit
select id, component, severity, message, payload, created_at
from system_audit
where ($1::text is null or component = $1 or starts_with(component, $1 || '.'))
    and ($2::text[] is null or severity = any($2))
    and ($3::timestamptz is null or created_at >= $3)
    and ($4::timestamptz is null or created_at < $4)
    and ($5::timestamptz is null or (created_at, id) < ($5, $6::uuid))
order by created_at desc, id desc
limit $7;
