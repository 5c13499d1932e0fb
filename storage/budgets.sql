-- name: reserve
-- $1 run, $2 user, $3 API key or null, $4 day, $5 tokens and $6 cost to reserve, $7 most tokens a day or null,
-- $8 most cost a day or null; no row where a budget does not reach
with wanted as (
    select null::uuid as api_key_id union all select $3::uuid where $3::uuid is not null
), taken as (
    insert into usage_days as u (user_id, api_key_id, day, reserved_tokens, reserved_cost_micros)
    select $2, api_key_id, $4, $5::bigint, $6::bigint from wanted
    where $5 <= coalesce($7::bigint, $5) and $6 <= coalesce($8::bigint, $6)
    order by api_key_id nulls first
    on conflict (user_id, api_key_id, day) do update set
        reserved_tokens = u.reserved_tokens + excluded.reserved_tokens,
        reserved_cost_micros = u.reserved_cost_micros + excluded.reserved_cost_micros
    where u.tokens + u.reserved_tokens + $5 <= coalesce($7, u.tokens + u.reserved_tokens + $5)
        and u.cost_micros + u.reserved_cost_micros + $6 <= coalesce($8, u.cost_micros + u.reserved_cost_micros + $6)
    returning 1
)
insert into run_reservations (run_id, user_id, api_key_id, day, tokens, cost_micros)
select $1, $2, $3, $4, $5, $6 where (select count(*) from taken) = (select count(*) from wanted)
returning run_id;

-- name: of_day
-- $1 user, $2 API key or null, $3 day
select day, runs, tokens, cost_micros, reserved_tokens, reserved_cost_micros
from usage_days where user_id = $1 and api_key_id is not distinct from $2 and day = $3;
