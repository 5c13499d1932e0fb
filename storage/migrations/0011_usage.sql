-- What answers used, a row a day (UTC) and person, and one a day and API key they were asked for with; and how many
-- streams somebody reads at once.

create table usage_days (
    user_id uuid not null constraint usage_days_user_id_fkey references users on delete cascade,
    api_key_id uuid constraint usage_days_api_key_id_fkey references api_keys on delete cascade,
    day date not null,
    runs int not null default 0,
    tokens bigint not null default 0,
    cost_micros bigint not null default 0,
    reserved_tokens bigint not null default 0,
    reserved_cost_micros bigint not null default 0,
    constraint usage_days_key unique nulls not distinct (user_id, api_key_id, day),
    constraint usage_days_amounts_check
        check (least(runs, tokens, cost_micros, reserved_tokens, reserved_cost_micros) >= 0)
);
create index usage_days_api_key_id_idx on usage_days (api_key_id, day) where api_key_id is not null;
create index usage_days_day_idx on usage_days (day);

-- What a run that has not ended may still use. It goes when the run ends, or with it.
create table run_reservations (
    run_id uuid constraint run_reservations_pkey primary key
        constraint run_reservations_run_id_fkey references runs on delete cascade,
    user_id uuid not null constraint run_reservations_user_id_fkey references users on delete cascade,
    api_key_id uuid constraint run_reservations_api_key_id_fkey references api_keys on delete cascade,
    day date not null,
    tokens bigint not null,
    cost_micros bigint not null,
    constraint run_reservations_amounts_check check (least(tokens, cost_micros) >= 0)
);
create index run_reservations_user_id_idx on run_reservations (user_id);
create index run_reservations_api_key_id_idx on run_reservations (api_key_id) where api_key_id is not null;

create function public.release_reservation() returns trigger
language plpgsql
as $$
begin
    update usage_days set
        reserved_tokens = reserved_tokens - old.tokens,
        reserved_cost_micros = reserved_cost_micros - old.cost_micros
    where user_id = old.user_id and day = old.day
        and (api_key_id is null or api_key_id = old.api_key_id);
    return null;
end
$$;
create trigger run_reservations_release after delete on run_reservations
for each row execute function release_reservation();

-- However a run ends, what it used since it was last counted is added once, and what it had reserved is free again.
create function public.settle_run() returns trigger
language plpgsql
as $$
begin
    with held as (
        delete from run_reservations where run_id = new.id returning api_key_id
    ), subject as (
        select c.user_id, k.api_key_id
        from chats c cross join (
            select null::uuid as api_key_id union all select api_key_id from held where api_key_id is not null
        ) k
        where c.id = new.chat_id
    )
    insert into usage_days as u (user_id, api_key_id, day, runs, tokens, cost_micros)
    select
        user_id, api_key_id, (coalesce(new.finished_at, now()) at time zone 'utc')::date, 1,
        greatest(new.input_tokens + new.output_tokens - old.input_tokens - old.output_tokens, 0),
        greatest(new.cost_micros - old.cost_micros, 0)
    from subject
    order by api_key_id nulls first
    on conflict (user_id, api_key_id, day) do update set
        runs = u.runs + 1, tokens = u.tokens + excluded.tokens, cost_micros = u.cost_micros + excluded.cost_micros;
    return null;
end
$$;
create trigger runs_settle after update of state on runs
for each row when (old.state in ('queued', 'running') and new.state not in ('queued', 'running'))
execute function settle_run();

-- When each stream that a key has open ends at the latest, so that nothing is held by a process that died. Not written
-- ahead: after a crash of the server nobody reads.
create unlogged table open_streams (
    key bytea constraint open_streams_pkey primary key,
    ends timestamptz[] not null,
    constraint open_streams_key_check check (octet_length(key) = 32)
);
