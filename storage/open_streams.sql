-- name: open
-- $1 key, $2 now, $3 when this one ends at the latest, $4 how many at most; no row where that many are open
insert into open_streams as o (key, ends) values ($1, array[$3::timestamptz])
on conflict (key) do update set
    ends = array(select e from unnest(o.ends) e where e > $2::timestamptz) || $3::timestamptz
where (select count(*) from unnest(o.ends) e where e > $2) < $4
returning key;

-- name: close
-- $1 key, $2 its latest end; of several with the same one goes
with left_over as (
    update open_streams set
        ends = ends[:array_position(ends, $2) - 1] || ends[array_position(ends, $2) + 1:]
    where key = $1 and $2::timestamptz = any(ends)
    returning key, ends
)
select key from left_over where ends = '{}';

-- name: forget
-- $1 key, $2 now
delete from open_streams where key = $1 and not exists (select from unnest(ends) e where e > $2);

-- name: sweep
-- $1 now, $2 how many at most
delete from open_streams where key in (
    select key from open_streams o
    where not exists (select from unnest(o.ends) e where e > $1)
    limit $2 for update skip locked
)
returning key;
