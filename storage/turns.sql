-- name: open
-- $1 chat's public id, $2 user id, $3 store id or null, $4 title
-- The update only locks the row. A row that was there has an xmax, the lock; one just made has none.
insert into chats (public_id, user_id, store_id, title) values ($1, $2, $3, $4)
on conflict (public_id) do update set user_id = excluded.user_id
    where chats.user_id = excluded.user_id and chats.is_active
returning
    id, public_id, user_id, store_id, title, leaf_id, created_at, updated_at, xmax = 0 as is_new,
    uuidv7() as question_id, uuidv7() as answer_id, uuidv7() as run_id, now() as began_at;

-- name: lay_down
-- $1 chat id, $2 question id, $3 its parent id or null, $4 its public id, $5 jsonb: rows of its parts, null where it is
-- there already, $6 answer id, $7 jsonb metadata, $8 prompt as rendered, $9 its name, $10 its version, $11 model,
-- $12 max tokens, $13 temperature, $14 top_p, $15 frequency penalty, $16 presence penalty, $17 seed, $18 run id,
-- $19 session id or null, $20 base url, $21 state (queued or running), $22 epoch, $23 attempts, and where it is running
-- $24 owner, $25 started at, $26 lease until; $27 the API key it was asked with or null
with question as (
    insert into messages (id, chat_id, parent_id, public_id, role)
    select $2::uuid, $1::uuid, $3::uuid, $4::text, 'user' where $5::jsonb is not null
), said as (
    insert into parts (
        message_id, "order", type, step, closed, text_text, file_media_type, file_filename, file_url, provider_metadata
    )
    select
        $2::uuid, b."order", b.type, b.step, b.closed, b.text_text, b.file_media_type, b.file_filename, b.file_url,
        b.provider_metadata
    from jsonb_populate_recordset(null::parts, $5::jsonb) b
), answer as (
    insert into messages (id, chat_id, parent_id, public_id, role, metadata)
    values ($6::uuid, $1::uuid, $2::uuid, $6::uuid::text, 'assistant', $7::jsonb)
), options as (
    insert into ai_options (
        message_id, prompt, prompt_name, prompt_version, model, max_tokens, temperature, top_p, frequency_penalty,
        presence_penalty, seed
    )
    values ($6::uuid, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
), run as (
    insert into runs (
        id, chat_id, message_id, user_message_id, session_id, base_url, state, epoch, attempts, owner, started_at,
        lease_until, api_key_id
    )
    values ($18, $1::uuid, $6::uuid, $2::uuid, $19, $20, $21, $22, $23, $24, $25, $26, $27)
)
update chats set leaf_id = $6::uuid, updated_at = now() where id = $1::uuid;
