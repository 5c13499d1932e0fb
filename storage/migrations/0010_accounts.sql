-- Accounts: what a session was replaced by, codes that prove an address, mails that wait, and how often somebody may try.

alter table sessions add column successor_id uuid
    constraint sessions_successor_id_fkey references sessions on delete set null;
create index sessions_successor_id_idx on sessions (successor_id) where successor_id is not null;

-- One of a purpose and person; for a reset one an address, and without a user where the address is nobody's.
create table email_codes (
    id uuid constraint email_codes_pkey primary key default uuidv7(),
    user_id uuid constraint email_codes_user_id_fkey references users on delete cascade,
    purpose text not null,
    email text not null,
    code_hash bytea not null,
    password_hash text,
    name text,
    attempts int not null default 0,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    constraint email_codes_purpose_check check (purpose in ('sign-up', 'reset', 'email')),
    constraint email_codes_user_id_check check (purpose = 'reset' or user_id is not null),
    constraint email_codes_password_hash_check check (length(password_hash) = 60 and purpose = 'sign-up'),
    constraint email_codes_code_hash_check check (octet_length(code_hash) = 32)
);
create unique index email_codes_user_id_purpose_key on email_codes (user_id, purpose) where purpose <> 'reset';
create unique index email_codes_email_key on email_codes (lower(email)) where purpose = 'reset';
create index email_codes_user_id_idx on email_codes (user_id);
create index email_codes_expires_at_idx on email_codes (expires_at);

-- Written in the transaction that a mail tells of, deleted once it is sent. Without a recipient nobody is written to.
create table mails (
    id uuid constraint mails_pkey primary key default uuidv7(),
    recipient text,
    subject text not null,
    content text not null,
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    created_at timestamptz not null default now()
);
create index mails_due_at_idx on mails (due_at);

-- `free_at` is when all that was taken has come back (the generic cell rate algorithm).
create table throttles (
    key bytea constraint throttles_pkey primary key,
    free_at timestamptz not null,
    constraint throttles_key_check check (octet_length(key) = 32)
);
create index throttles_free_at_idx on throttles (free_at);

-- A sign-in with Google that has begun. `state_hash` is what Google gives back, good once and for one session only.
create table oidc_flows (
    state_hash bytea constraint oidc_flows_pkey primary key,
    session_id uuid not null constraint oidc_flows_session_id_fkey references sessions on delete cascade,
    nonce text not null,
    verifier text not null,
    expires_at timestamptz not null,
    constraint oidc_flows_state_hash_check check (octet_length(state_hash) = 32)
);
create index oidc_flows_session_id_idx on oidc_flows (session_id);
create index oidc_flows_expires_at_idx on oidc_flows (expires_at);
