-- name: start
-- $1 chat id, $2 assistant message id, $3 user message id, $4 owner, $5 now, $6 lease until
insert into runs (chat_id, message_id, user_message_id, state, attempts, owner, started_at, lease_until)
values ($1, $2, $3, 'running', 1, $4, $5, $6)
returning id, chat_id, message_id, user_message_id, state, epoch, finish_reason, error_code, error_text, error_retry;

-- name: active
-- $1 chat id
select id, chat_id, message_id, user_message_id, state, epoch, finish_reason, error_code, error_text, error_retry
from runs where chat_id = $1 and state = 'running';

-- name: of_message
-- $1 assistant message id
select id, chat_id, message_id, user_message_id, state, epoch, finish_reason, error_code, error_text, error_retry
from runs where message_id = $1;

-- name: answering
-- $1 user message id
select id, chat_id, message_id, user_message_id, state, epoch, finish_reason, error_code, error_text, error_retry
from runs where user_message_id = $1 order by created_at desc limit 1;

-- name: extend
-- $1 owner, $2 run ids, $3 lease until
update runs set lease_until = $3 where id = any($2::uuid[]) and owner = $1 and state = 'running';

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

-- name: fail_orphans
-- $1 now
update runs set
    state = 'failed', finish_reason = 'error', finished_at = $1, error_code = 'interrupted', error_retry = true,
    error_text = 'The answer was interrupted because the server stopped. Please ask again.'
where state = 'running' and lease_until < $1
returning id;
