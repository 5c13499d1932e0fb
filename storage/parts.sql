-- name: save
-- $1 jsonb: rows of parts, each with its run's id and epoch; `fresh` where the row may be new, `starts` where in the
-- stored text the new characters begin
with batch as materialized (
    select b.* from jsonb_to_recordset($1::jsonb) as b(
        run_id uuid, epoch int, message_id uuid, fresh boolean, starts int, "order" int, type text, step int,
        closed boolean, text_text text, reasoning_text text, file_media_type text, file_filename text, file_url text,
        source_url_source_id text, source_url_url text, source_url_title text,
        source_document_source_id text, source_document_media_type text, source_document_title text,
        source_document_filename text, tool_tool_call_id text, tool_name text, tool_state text, tool_input jsonb,
        tool_input_text text, tool_output jsonb, tool_error_text text, tool_approval_id uuid, tool_approved boolean,
        tool_approval_reason text, data_name text, data_id text, data_content jsonb, provider_metadata jsonb
    )
), owned as materialized (
    select r.id from runs r
    where r.state in ('running', 'waiting') and (r.id, r.epoch) in (select b.run_id, b.epoch from batch b)
    order by r.id
    for share of r
), made as (
    insert into parts (
        message_id, "order", type, step, closed, text_text, reasoning_text, file_media_type, file_filename, file_url,
        source_url_source_id, source_url_url, source_url_title, source_document_source_id, source_document_media_type,
        source_document_title, source_document_filename, tool_tool_call_id, tool_name, tool_state, tool_input,
        tool_input_text, tool_output, tool_error_text, tool_approval_id, tool_approved, tool_approval_reason,
        data_name, data_id, data_content, provider_metadata
    )
    select
        b.message_id, b."order", b.type, b.step, b.closed, b.text_text, b.reasoning_text, b.file_media_type,
        b.file_filename, b.file_url, b.source_url_source_id, b.source_url_url, b.source_url_title,
        b.source_document_source_id, b.source_document_media_type, b.source_document_title,
        b.source_document_filename, b.tool_tool_call_id, b.tool_name, b.tool_state, b.tool_input,
        b.tool_input_text, b.tool_output, b.tool_error_text, b.tool_approval_id, b.tool_approved,
        b.tool_approval_reason, b.data_name, b.data_id, b.data_content, b.provider_metadata
    from batch b join owned on owned.id = b.run_id
    where b.fresh
    on conflict (message_id, "order") do update set
        closed = excluded.closed, text_text = excluded.text_text, reasoning_text = excluded.reasoning_text,
        tool_state = excluded.tool_state, tool_input = excluded.tool_input, tool_input_text = excluded.tool_input_text,
        tool_output = excluded.tool_output, tool_error_text = excluded.tool_error_text,
        tool_approval_id = excluded.tool_approval_id, tool_approved = excluded.tool_approved,
        tool_approval_reason = excluded.tool_approval_reason, data_content = excluded.data_content,
        provider_metadata = excluded.provider_metadata, updated_at = now()
), grown as (
    update parts p set
        closed = b.closed,
        text_text = left(p.text_text, b.starts) || b.text_text,
        reasoning_text = left(p.reasoning_text, b.starts) || b.reasoning_text,
        tool_state = b.tool_state, tool_input = b.tool_input, tool_input_text = b.tool_input_text,
        tool_output = b.tool_output, tool_error_text = b.tool_error_text,
        tool_approval_id = b.tool_approval_id, tool_approved = b.tool_approved,
        tool_approval_reason = b.tool_approval_reason, data_content = b.data_content,
        provider_metadata = b.provider_metadata, updated_at = now()
    from batch b join owned on owned.id = b.run_id
    where not b.fresh and p.message_id = b.message_id and p."order" = b."order"
)
select id from owned;

-- name: of_message
-- $1 message id
select * from parts where message_id = $1 order by "order";

-- name: since
-- $1 message id, $2 order
select * from parts where message_id = $1 and "order" >= $2 order by "order";

-- name: of_messages
-- $1 message ids
select * from parts where message_id = any($1::uuid[]) order by message_id, "order";
