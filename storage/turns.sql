-- name: ask
-- $1 chat id, $2 parent id or null, $3 public id or null, $4 jsonb: rows of parts
with message as (
    insert into messages (id, chat_id, parent_id, public_id, role)
    select id, $1::uuid, $2::uuid, coalesce($3::text, id::text), 'user' from (select uuidv7() as id) made
    returning id, chat_id, parent_id, public_id, role, metadata, created_at
), said as (
    insert into parts (
        message_id, "order", type, step, closed, text_text, file_media_type, file_filename, file_url, provider_metadata
    )
    select
        message.id, b."order", b.type, b.step, b.closed, b.text_text, b.file_media_type, b.file_filename, b.file_url,
        b.provider_metadata
    from message, jsonb_populate_recordset(null::parts, $4::jsonb) b
)
select id, chat_id, parent_id, public_id, role, metadata, created_at from message;

-- name: answer
-- $1 chat id, $2 question id, $3 jsonb metadata, $4 prompt as rendered, $5 its name, $6 its version, $7 model,
-- $8 max tokens, $9 temperature, $10 top_p, $11 frequency penalty, $12 presence penalty, $13 seed,
-- $14 state (queued or running), $15 owner, $16 now, $17 lease until, $18 session id or null, $19 base url
with message as (
    insert into messages (id, chat_id, parent_id, public_id, role, metadata)
    select id, $1::uuid, $2::uuid, id::text, 'assistant', $3::jsonb from (select uuidv7() as id) made
    returning id, public_id, created_at
), options as (
    insert into ai_options (
        message_id, prompt, prompt_name, prompt_version, model, max_tokens, temperature, top_p, frequency_penalty,
        presence_penalty, seed
    )
    select id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from message
), run as (
    insert into runs (
        chat_id, message_id, user_message_id, session_id, base_url, state, attempts, owner, started_at, lease_until
    )
    select
        $1::uuid, id, $2::uuid, $18, $19, $14::text, ($14::text = 'running')::int,
        case when $14::text = 'running' then $15 end, case when $14::text = 'running' then $16::timestamptz end,
        case when $14::text = 'running' then $17::timestamptz end
    from message
    returning
        id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, retractions,
        finish_reason, error_code, error_text, error_retry
), leaf as (
    update chats set leaf_id = message.id, updated_at = now() from message where chats.id = $1::uuid
)
select run.*, message.public_id, message.created_at from run, message;
