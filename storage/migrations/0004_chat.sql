-- Chats, their messages as trees, and the parts that are the stream.

create table chats (
    id uuid constraint chats_pkey primary key default uuidv7(),
    public_id text not null constraint chats_public_id_key unique,
    user_id uuid not null constraint chats_user_id_fkey references users on delete cascade,
    store_id uuid constraint chats_store_id_fkey references stores,
    leaf_id uuid,
    title text not null default '',
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint chats_public_id_check check (length(public_id) between 1 and 200),
    constraint chats_title_check check (length(title) <= 255)
);
create index chats_user_id_updated_at_idx on chats (user_id, updated_at desc);

create table messages (
    id uuid constraint messages_pkey primary key default uuidv7(),
    chat_id uuid not null constraint messages_chat_id_fkey references chats on delete cascade,
    parent_id uuid constraint messages_parent_id_fkey references messages on delete cascade,
    public_id text not null,
    role text not null,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint messages_chat_id_public_id_key unique (chat_id, public_id),
    constraint messages_public_id_check check (length(public_id) between 1 and 200),
    constraint messages_parent_id_check check (parent_id <> id),
    constraint messages_role_check check (role in ('user', 'assistant', 'system'))
);
create index messages_chat_id_created_at_idx on messages (chat_id, created_at);
create index messages_parent_id_idx on messages (parent_id);

-- The message a linear reader sees last.
alter table chats add constraint chats_leaf_id_fkey foreign key (leaf_id) references messages on delete set null;
create index chats_leaf_id_idx on chats (leaf_id);

-- A part's row is updated while it grows: room on the page and no index on what changes keep those updates heap-only.
create table parts (
    id uuid constraint parts_pkey primary key default uuidv7(),
    message_id uuid not null constraint parts_message_id_fkey references messages on delete cascade,
    "order" int not null default 0,
    type text not null,
    step int not null default 0,
    closed boolean not null default false,
    text_text text,
    reasoning_text text,
    file_media_type text,
    file_filename text,
    file_url text,
    source_url_source_id text,
    source_url_url text,
    source_url_title text,
    source_document_source_id text,
    source_document_media_type text,
    source_document_title text,
    source_document_filename text,
    tool_tool_call_id text,
    tool_name text,
    tool_state text,
    tool_input jsonb,
    tool_input_text text,
    tool_output jsonb,
    tool_error_text text,
    tool_approval_id uuid,
    tool_approved boolean,
    tool_approval_reason text,
    data_name text,
    data_id text,
    data_content jsonb,
    provider_metadata jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint parts_message_id_order_key unique (message_id, "order"),
    constraint parts_order_check check ("order" >= 0),
    constraint parts_step_check check (step >= 0),
    constraint parts_type_check
        check (type in ('text', 'reasoning', 'file', 'source_url', 'source_document', 'tool', 'data')),
    constraint parts_text_check check ((type = 'text') = (text_text is not null)),
    constraint parts_reasoning_check check ((type = 'reasoning') = (reasoning_text is not null)),
    constraint parts_file_check check (
        case type
            when 'file' then file_media_type is not null and file_url is not null
            else num_nonnulls(file_media_type, file_filename, file_url) = 0
        end
    ),
    constraint parts_source_url_check check (
        case type
            when 'source_url' then source_url_source_id is not null and source_url_url is not null
            else num_nonnulls(source_url_source_id, source_url_url, source_url_title) = 0
        end
    ),
    constraint parts_source_document_check check (
        case type
            when 'source_document' then num_nulls(
                source_document_source_id, source_document_media_type, source_document_title
            ) = 0
            else num_nonnulls(
                source_document_source_id, source_document_media_type, source_document_title, source_document_filename
            ) = 0
        end
    ),
    constraint parts_tool_check check (
        case type
            when 'tool' then num_nulls(tool_tool_call_id, tool_name, tool_state) = 0
            else num_nonnulls(
                tool_tool_call_id, tool_name, tool_state, tool_input, tool_input_text, tool_output, tool_error_text,
                tool_approval_id, tool_approved, tool_approval_reason
            ) = 0
        end
    ),
    constraint parts_data_check check (
        case type
            when 'data' then data_name is not null and data_content is not null
            else num_nonnulls(data_name, data_id, data_content) = 0
        end
    ),
    constraint parts_tool_state_check check (
        case tool_state
            when 'input-streaming' then true
            when 'input-available' then true
            when 'approval-requested' then tool_approval_id is not null
            when 'approval-responded' then tool_approval_id is not null and tool_approved is not null
            when 'output-available' then tool_output is not null
            when 'output-error' then tool_error_text is not null
            when 'output-denied' then true
            else tool_state is null
        end
    )
) with (fillfactor = 70);

create table ai_options (
    id uuid constraint ai_options_pkey primary key default uuidv7(),
    message_id uuid not null constraint ai_options_message_id_key unique
        constraint ai_options_message_id_fkey references messages on delete cascade,
    prompt text not null,
    prompt_name text,
    prompt_version text,
    model text not null,
    max_tokens int,
    temperature numeric,
    top_p numeric,
    frequency_penalty numeric,
    presence_penalty numeric,
    seed bigint,
    created_at timestamptz not null default now(),
    constraint ai_options_max_tokens_check check (max_tokens > 0),
    constraint ai_options_temperature_check check (temperature between 0 and 2),
    constraint ai_options_top_p_check check (top_p between 0 and 1),
    constraint ai_options_frequency_penalty_check check (frequency_penalty between -2 and 2),
    constraint ai_options_presence_penalty_check check (presence_penalty between -2 and 2)
);

-- `retractions` has one number a take-over: the order from which parts of the unfinished step were taken back.
create table runs (
    id uuid constraint runs_pkey primary key default uuidv7(),
    chat_id uuid not null constraint runs_chat_id_fkey references chats on delete cascade,
    message_id uuid not null constraint runs_message_id_key unique
        constraint runs_message_id_fkey references messages on delete cascade,
    user_message_id uuid not null constraint runs_user_message_id_fkey references messages on delete cascade,
    session_id uuid constraint runs_session_id_fkey references sessions on delete set null,
    base_url text not null,
    state text not null,
    epoch int not null default 1,
    attempts int not null default 0,
    owner text,
    lease_until timestamptz,
    stop_requested_at timestamptz,
    retractions int[] not null default '{}',
    error_code text,
    error_text text,
    error_retry boolean,
    finish_reason text,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    reasoning_tokens bigint not null default 0,
    cached_tokens bigint not null default 0,
    cost_micros bigint not null default 0,
    usage_estimated boolean not null default false,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint runs_state_check check (state in ('queued', 'running', 'waiting', 'finished', 'stopped', 'failed')),
    constraint runs_epoch_check check (epoch > 0),
    constraint runs_attempts_check check (attempts >= 0),
    constraint runs_lease_check check (state <> 'running' or (owner is not null and lease_until is not null)),
    constraint runs_usage_check
        check (least(input_tokens, output_tokens, reasoning_tokens, cached_tokens, cost_micros) >= 0)
) with (fillfactor = 80);
create index runs_session_id_idx on runs (session_id);
create unique index runs_running_key on runs (chat_id) where state = 'running';
create index runs_owner_idx on runs (owner) where state = 'running';
create index runs_lease_until_idx on runs (lease_until) where state = 'running';
create index runs_queued_idx on runs (chat_id, created_at) where state = 'queued';
create index runs_chat_id_created_at_idx on runs (chat_id, created_at);
create index runs_user_message_id_idx on runs (user_message_id);

create table run_steps (
    run_id uuid not null constraint run_steps_run_id_fkey references runs on delete cascade,
    step int not null,
    model text not null,
    provider_response_id text,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    reasoning_tokens bigint not null default 0,
    cached_tokens bigint not null default 0,
    cost_micros bigint not null default 0,
    estimated boolean not null default false,
    finish_reason text,
    started_at timestamptz not null default now(),
    first_token_at timestamptz,
    finished_at timestamptz,
    constraint run_steps_pkey primary key (run_id, step),
    constraint run_steps_step_check check (step >= 0),
    constraint run_steps_usage_check
        check (least(input_tokens, output_tokens, reasoning_tokens, cached_tokens, cost_micros) >= 0)
);

-- `message_id` and `part_id` are null where no chat asked. `outcome` is null until it is settled, one way and once.
create table message_actions (
    id uuid constraint message_actions_pkey primary key default uuidv7(),
    message_id uuid constraint message_actions_message_id_fkey references messages on delete cascade,
    part_id uuid constraint message_actions_part_id_key unique
        constraint message_actions_part_id_fkey references parts on delete set null,
    user_id uuid not null constraint message_actions_user_id_fkey references users on delete cascade,
    store_id uuid constraint message_actions_store_id_fkey references stores,
    replaces_id uuid constraint message_actions_replaces_id_key unique
        constraint message_actions_replaces_id_fkey references message_actions on delete set null,
    action_type text not null,
    payload jsonb not null,
    digest bytea not null,
    quoted jsonb not null default '{}',
    outcome text,
    result jsonb,
    decided_by uuid constraint message_actions_decided_by_fkey references users on delete set null,
    reason text,
    expires_at timestamptz not null,
    confirmed_at timestamptz,
    rejected_at timestamptz,
    executed_at timestamptz,
    created_at timestamptz not null default now(),
    constraint message_actions_action_type_check check (length(action_type) between 1 and 100),
    constraint message_actions_reason_check check (length(reason) <= 1000),
    constraint message_actions_decision_check check (num_nonnulls(confirmed_at, rejected_at) <= 1),
    constraint message_actions_executed_at_check check (executed_at is null or confirmed_at is not null),
    constraint message_actions_outcome_check check (
        case outcome
            when 'executed' then executed_at is not null
            when 'rejected' then rejected_at is not null
            when 'changed' then confirmed_at is not null and executed_at is null
            when 'failed' then confirmed_at is not null and executed_at is null
            when 'expired' then confirmed_at is null and rejected_at is null
            else outcome is null and confirmed_at is null and rejected_at is null
        end
    )
);
create index message_actions_message_id_idx on message_actions (message_id);
create index message_actions_store_id_idx on message_actions (store_id);
create index message_actions_user_id_created_at_idx on message_actions (user_id, created_at);
create index message_actions_decided_by_idx on message_actions (decided_by) where decided_by is not null;
create index message_actions_expires_at_idx on message_actions (expires_at) where outcome is null;

create table message_feedback (
    id uuid constraint message_feedback_pkey primary key default uuidv7(),
    message_id uuid not null constraint message_feedback_message_id_fkey references messages on delete cascade,
    user_id uuid not null constraint message_feedback_user_id_fkey references users on delete cascade,
    vote smallint not null,
    comment text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint message_feedback_message_id_user_id_key unique (message_id, user_id),
    constraint message_feedback_vote_check check (vote in (-1, 1))
);
create index message_feedback_user_id_idx on message_feedback (user_id);

create table chat_vectors (
    id uuid constraint chat_vectors_pkey primary key default uuidv7(),
    user_id uuid not null constraint chat_vectors_user_id_fkey references users on delete cascade,
    chat_id uuid not null constraint chat_vectors_chat_id_fkey references chats on delete cascade,
    message_id uuid constraint chat_vectors_message_id_fkey references messages on delete set null,
    content text not null,
    embedding halfvec(256),
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index chat_vectors_user_id_idx on chat_vectors (user_id);
create index chat_vectors_chat_id_idx on chat_vectors (chat_id);
create index chat_vectors_message_id_idx on chat_vectors (message_id);
create index chat_vectors_embedding_idx on chat_vectors using hnsw (embedding halfvec_cosine_ops);

create table documents (
    id uuid constraint documents_pkey primary key default uuidv7(),
    store_id uuid not null constraint documents_store_id_fkey references stores on delete cascade,
    slug text not null,
    title text not null,
    kind text not null,
    content text not null,
    url text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint documents_store_id_slug_key unique (store_id, slug),
    constraint documents_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 200),
    constraint documents_title_check check (length(title) between 1 and 300),
    constraint documents_kind_check check (length(kind) between 1 and 50)
);

create table document_chunks (
    id uuid constraint document_chunks_pkey primary key default uuidv7(),
    document_id uuid not null constraint document_chunks_document_id_fkey references documents on delete cascade,
    "order" int not null,
    content text not null,
    embedding halfvec(256),
    search tsvector not null generated always as (to_tsvector('english', content)) stored,
    created_at timestamptz not null default now(),
    constraint document_chunks_document_id_order_key unique (document_id, "order"),
    constraint document_chunks_order_check check ("order" >= 0)
);
create index document_chunks_search_idx on document_chunks using gin (search);
create index document_chunks_embedding_idx on document_chunks using hnsw (embedding halfvec_cosine_ops);
