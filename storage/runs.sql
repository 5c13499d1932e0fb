-- name: active
-- $1 chat id
select
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry
from runs where chat_id = $1 and state = 'running';

-- name: any_queued
-- $1 chat id
select exists (select from runs where chat_id = $1 and state = 'queued');

-- name: get
-- $1 run id
select
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry
from runs where id = $1;

-- name: of_message
-- $1 assistant message id
select
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry
from runs where message_id = $1;

-- name: answering
-- $1 user message id
select
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry
from runs where user_message_id = $1 order by created_at desc limit 1;

-- name: lock
-- $1 run id
select epoch from runs where id = $1 for update;

-- name: extend
-- $1 owner, $2 run ids, $3 lease until
update runs set lease_until = $3 where id = any($2::uuid[]) and owner = $1 and state = 'running' returning id;

-- name: request_stop
-- $1 run id, $2 now
update runs set
    stop_requested_at = coalesce(stop_requested_at, $2),
    state = case state when 'queued' then 'stopped' else state end,
    finish_reason = case state when 'queued' then 'other' else finish_reason end,
    finished_at = case state when 'queued' then $2 else finished_at end
where id = $1 and state in ('queued', 'running');

-- name: to_stop
-- $1 owner
select id from runs where owner = $1 and state = 'running' and stop_requested_at is not null;

-- name: take_over
-- $1 owner, $2 now, $3 lease until, $4 ids of runs not to take
-- A queued run's turn has come when nothing of its chat is running and none waits longer.
with orphan as (
    select id from runs
    where state = 'running' and lease_until < $2 and id <> all($4::uuid[])
    order by lease_until limit 1
    for update skip locked
), waiting as (
    select q.id from runs q
    where q.state = 'queued' and not exists (select from orphan)
        and not exists (select from runs r where r.chat_id = q.chat_id and r.state = 'running')
        and not exists (
            select from runs e where e.chat_id = q.chat_id and e.state = 'queued' and e.created_at < q.created_at
        )
    order by q.created_at limit 1
    for update of q skip locked
)
update runs r set
    epoch = r.epoch + (r.state = 'running')::int, attempts = r.attempts + 1, state = 'running', owner = $1,
    lease_until = $3, started_at = coalesce(r.started_at, $2)
where r.id in (select id from orphan union all select id from waiting)
returning
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry;

-- name: retract
-- $1 run id, $2 message id, $3 the order of the first part taken back
with gone as (delete from parts where message_id = $2 and "order" >= $3)
update runs set retractions = retractions || $3::int where id = $1;

-- name: reopen
-- $1 message id
-- Under an epoch of its own, so that whoever made the answer so far writes nothing more.
update runs set epoch = epoch + 1, state = 'waiting' where message_id = $1 and state not in ('queued', 'running')
returning
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry;

-- name: rest
-- $1 run id, $2 state
update runs set state = $2 where id = $1;

-- name: told
-- $1 message id, $2 now
update runs set told_at = $2 where message_id = $1 and told_at is null and state not in ('queued', 'running');

-- name: untold
-- $1 message id
select exists (
    select from runs where message_id = $1 and told_at is null and state not in ('queued', 'running')
);

-- name: go_on
-- $1 run id, $2 owner, $3 lease until, $4 the API key it goes on for or null where that stays as it was
update runs set
    state = 'running', owner = $2, lease_until = $3, attempts = 1, stop_requested_at = null, finish_reason = null,
    error_code = null, error_text = null, error_retry = null, finished_at = null, told_at = null,
    api_key_id = coalesce($4, api_key_id)
where id = $1
returning
    id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions, finish_reason, error_code,
    error_text, error_retry;

-- name: hand_back
-- $1 owner, $2 run ids, $3 now
update runs set lease_until = $3::timestamptz - interval '1 second', attempts = greatest(attempts - 1, 0)
where id = any($2::uuid[]) and owner = $1 and state = 'running';

-- name: give_up
-- $1 run id, $2 epoch, $3 error code, $4 error text, $5 whether a retry makes sense, $6 now
-- Whoever takes it over finds why, and ends it.
update runs set error_code = $3, error_text = $4, error_retry = $5, lease_until = $6::timestamptz - interval '1 second'
where id = $1 and epoch = $2 and state = 'running';

-- name: end
-- $1 run id, $2 epoch, $3 state, $4 finish reason, $5 error code, $6 error text, $7 whether a retry makes sense,
-- $8 input, $9 output, $10 reasoning, $11 cached tokens, $12 cost in millionths of a dollar, $13 estimated, $14 now
update runs set
    state = $3, finish_reason = $4, error_code = $5, error_text = $6, error_retry = $7, input_tokens = $8,
    output_tokens = $9, reasoning_tokens = $10, cached_tokens = $11, cost_micros = $12, usage_estimated = $13,
    finished_at = $14, lease_until = null
where id = $1 and epoch = $2 and state = 'running'
returning id;

-- name: add_step
-- $1 run id, $2 step, $3 model, $4 input, $5 output, $6 reasoning, $7 cached tokens, $8 cost, $9 estimated,
-- $10 started, $11 first token, $12 finished, $13 finish reason, $14 epoch
insert into run_steps (
    run_id, step, model, input_tokens, output_tokens, reasoning_tokens, cached_tokens, cost_micros, estimated,
    started_at, first_token_at, finished_at, finish_reason
)
select r.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from runs r where r.id = $1 and r.epoch = $14
on conflict (run_id, step) do nothing;

-- name: steps
-- $1 run id
select
    step, model, input_tokens, output_tokens, reasoning_tokens, cached_tokens, cost_micros, estimated, started_at,
    first_token_at, finished_at, finish_reason
from run_steps where run_id = $1 order by step;
