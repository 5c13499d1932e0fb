-- name: ask
-- $1 user id, $2 store id or null, $3 message id or null, $4 tool call id or null, $5 action type, $6 payload,
-- $7 digest, $8 quoted, $9 expires at, $10 the action it replaces or null
insert into message_actions (
    user_id, store_id, message_id, part_id, action_type, payload, digest, quoted, expires_at, replaces_id
)
values (
    $1, $2, $3,
    (select id from parts where message_id = $3 and tool_tool_call_id = $4 order by "order" desc limit 1),
    $5, $6, $7, $8, $9, $10
)
returning
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at;

-- name: attach
-- $1 action id, $2 message id, $3 tool call id
update message_actions set part_id = (
    select id from parts where message_id = $2 and tool_tool_call_id = $3 order by "order" desc limit 1
)
where id = $1;

-- name: get
-- $1 action id, $2 user id
select
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at
from message_actions where id = $1 and user_id = $2;

-- name: lock
-- $1 action id, $2 user id
select
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at
from message_actions where id = $1 and user_id = $2
for update;

-- name: replacement
-- $1 action id
select
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at
from message_actions where replaces_id = $1;

-- name: settle
-- $1 action id, $2 outcome, $3 who decided or null, $4 now, $5 result or null, $6 reason or null
update message_actions set
    outcome = $2::text,
    confirmed_at = case when $2::text in ('executed', 'changed', 'failed') then $4::timestamptz end,
    rejected_at = case when $2::text = 'rejected' then $4::timestamptz end,
    executed_at = case when $2::text = 'executed' then $4::timestamptz end,
    decided_by = $3, result = $5, reason = $6
where id = $1 and outcome is null
returning
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at;

-- name: pending_of
-- $1 message id
select count(*) from message_actions where message_id = $1 and outcome is null;

-- name: due
-- $1 now, $2 limit
select
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at
from message_actions where outcome is null and expires_at <= $1 order by expires_at limit $2;

-- name: listed
-- $1 user id, $2 only those that wait, $3 now, $4 created before or null, $5 and its id or null, $6 limit,
-- $7 stores or null
select
    id, message_id, user_id, store_id, replaces_id, action_type, payload, digest, quoted, outcome, result, reason,
    expires_at, confirmed_at, rejected_at, executed_at, created_at
from message_actions
where user_id = $1 and (not $2::boolean or (outcome is null and expires_at > $3))
    and ($4::timestamptz is null or (created_at, id) < ($4::timestamptz, $5::uuid))
    and ($7::uuid[] is null or store_id = any($7))
order by created_at desc, id desc
limit $6;
