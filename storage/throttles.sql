-- name: take
-- $1 key, $2 now, $3 time they cost, $4 time that may be taken ahead; `free_at` is as it was where nothing was taken
with taken as (
    insert into throttles as t (key, free_at) values ($1, $2::timestamptz + $3::interval)
    on conflict (key) do update set free_at = greatest(t.free_at, $2) + $3
    where greatest(t.free_at, $2) + $3 <= $2 + $4::interval
    returning key
)
select true as taken, $2 as free_at from taken
union all
select false, free_at from throttles where key = $1 and not exists (select from taken);

-- name: give_back
-- $1 key
delete from throttles where key = $1;

-- name: sweep
-- $1 now, $2 how many at most
delete from throttles where key in (
    select key from throttles where free_at <= $1 limit $2 for update skip locked
)
returning key;
