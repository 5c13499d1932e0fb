-- Who uses the shop, how they are known, and what was done.

create table users (
    id uuid constraint users_pkey primary key default uuidv7(),
    email text,
    email_verified boolean not null default false,
    username text,
    name text,
    first_name text,
    last_name text,
    phone text,
    password_hash text,
    role text not null default 'user',
    provider text,
    provider_id text,
    profile jsonb not null default '{}',
    is_anonymous boolean not null default false,
    is_active boolean not null default true,
    last_login_at timestamptz,
    last_seen_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_email_check check (length(email) <= 254 and email ~ '^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$'),
    constraint users_email_anonymous_check check (email is not null or is_anonymous or not is_active),
    constraint users_username_check check (length(username) between 1 and 100),
    constraint users_name_check check (length(name) between 2 and 100),
    constraint users_first_name_check check (length(first_name) <= 255),
    constraint users_last_name_check check (length(last_name) <= 255),
    constraint users_phone_check check (length(phone) <= 20),
    constraint users_password_hash_check check (length(password_hash) = 60),
    constraint users_role_check check (role in ('user', 'moderator', 'admin')),
    constraint users_provider_check check (provider = 'google'),
    constraint users_provider_id_check check ((provider is null) = (provider_id is null)),
    constraint users_provider_key unique (provider, provider_id)
);
create unique index users_email_key on users (lower(email));
create unique index users_username_key on users (lower(username));

create table sessions (
    id uuid constraint sessions_pkey primary key default uuidv7(),
    user_id uuid not null constraint sessions_user_id_fkey references users on delete cascade,
    token_hash bytea not null constraint sessions_token_hash_key unique,
    expires_at timestamptz not null,
    idle_expires_at timestamptz,
    data jsonb not null default '{}',
    context jsonb not null default '{}',
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint sessions_token_hash_check check (octet_length(token_hash) = 32),
    constraint sessions_expires_at_check check (expires_at > started_at)
);
create index sessions_user_id_expires_at_idx on sessions (user_id, expires_at);
create index sessions_expires_at_idx on sessions (expires_at);

create table api_keys (
    id uuid constraint api_keys_pkey primary key default uuidv7(),
    user_id uuid not null constraint api_keys_user_id_fkey references users on delete cascade,
    name text not null,
    prefix text not null,
    key_hash bytea not null constraint api_keys_key_hash_key unique,
    scopes text[] not null default '{}',
    store_ids uuid[],
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint api_keys_name_check check (length(name) between 1 and 100),
    constraint api_keys_key_hash_check check (octet_length(key_hash) = 32)
);
create index api_keys_user_id_idx on api_keys (user_id);

-- No foreign keys to what a row tells of: it must outlive it.
create table audit_log (
    id uuid constraint audit_log_pkey primary key default uuidv7(),
    user_id uuid constraint audit_log_user_id_fkey references users on delete set null,
    api_key_id uuid constraint audit_log_api_key_id_fkey references api_keys on delete set null,
    entity_type text not null,
    entity_id uuid,
    action text not null,
    changes jsonb not null default '{}',
    part_id uuid,
    message_action_id uuid,
    ip_address inet,
    user_agent text,
    created_at timestamptz not null default now(),
    constraint audit_log_entity_type_check check (length(entity_type) between 1 and 50),
    constraint audit_log_action_check check (length(action) between 1 and 50)
);
create index audit_log_entity_idx on audit_log (entity_type, entity_id, created_at);
create index audit_log_user_id_created_at_idx on audit_log (user_id, created_at);
create index audit_log_api_key_id_idx on audit_log (api_key_id) where api_key_id is not null;
create index audit_log_created_at_idx on audit_log (created_at);

create table system_audit (
    id uuid constraint system_audit_pkey primary key default uuidv7(),
    component text not null,
    severity text not null,
    message text not null,
    payload jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint system_audit_severity_check check (severity in ('debug', 'info', 'warning', 'error', 'critical'))
);
create index system_audit_created_at_idx on system_audit (created_at);
