-- A code for anything but a sign-up has no password; the rule from before refused those codes altogether.
alter table email_codes drop constraint email_codes_password_hash_check;
alter table email_codes add constraint email_codes_password_hash_check
    check (password_hash is null or (length(password_hash) = 60 and purpose = 'sign-up'));

-- Whose chat it is may be about to change, because a guest signs in: then the account's day is waited for.
create or replace function public.settle_run() returns trigger
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
        for key share of c
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
