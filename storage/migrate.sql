-- name: server_version
select current_setting('server_version_num')::int;

-- name: vector_version
select coalesce(e.extversion, a.default_version)
from pg_available_extensions a left join pg_extension e on e.extname = a.name
where a.name = 'vector';

-- name: make_table
create table if not exists migrations (
    number int constraint migrations_pkey primary key,
    name text not null,
    digest bytea not null,
    applied_at timestamptz not null default now()
);

-- name: applied
select number, name, digest from migrations order by number;

-- name: record
-- $1 number, $2 name, $3 digest
insert into migrations (number, name, digest) values ($1, $2, $3);

-- name: wait_briefly
set local lock_timeout = '200ms';

-- name: wait_on
set lock_timeout = 0;

-- name: drop_invalid_index
-- $1 name; a concurrent build that failed leaves its index behind like this
select format('drop index concurrently %I.%I', n.nspname, c.relname)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
where not i.indisvalid and c.relname = $1 and pg_table_is_visible(c.oid);
