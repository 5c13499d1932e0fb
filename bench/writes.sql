-- name: person
insert into users (is_anonymous) values (true) returning id;

-- name: runs
-- $1 user, $2 how many; a run that asks and answers in one message does for a measurement
with chat as (
    insert into chats (public_id, user_id) select uuidv7()::text, $1 from generate_series(1, $2::int) returning id
), message as (
    insert into messages (chat_id, public_id, role) select id, id::text, 'assistant' from chat returning id, chat_id
)
insert into runs (chat_id, message_id, user_message_id, base_url, state, owner, lease_until)
select chat_id, id, id, '', 'running', 'bench', now() + interval '1 hour' from message
returning id, message_id;

-- name: wal
select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as bytes;

-- name: tell
-- $1 payload
select pg_notify('bench', $1);
