-- What somebody says is wrong with a chat of theirs, for a moderator to look at. One that waits, a chat.
create table chat_flags (
    id uuid constraint chat_flags_pkey primary key default uuidv7(),
    chat_id uuid not null constraint chat_flags_chat_id_fkey references chats on delete cascade,
    reason text not null,
    created_at timestamptz not null default now(),
    note text,
    settled_at timestamptz,
    settled_by uuid constraint chat_flags_settled_by_fkey references users on delete set null,
    constraint chat_flags_reason_check check (length(reason) between 1 and 1000),
    constraint chat_flags_note_check check (note is null or (length(note) <= 1000 and settled_at is not null))
);
create unique index chat_flags_chat_id_waiting_key on chat_flags (chat_id) where settled_at is null;
create index chat_flags_chat_id_idx on chat_flags (chat_id);
create index chat_flags_settled_by_idx on chat_flags (settled_by) where settled_by is not null;
