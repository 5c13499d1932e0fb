-- name: store
-- $1 slug, $2 name, $3 currency; the store of that slug, added when it is missing
with added as (
    insert into stores (slug, name, currency) values ($1, $2, $3) on conflict (slug) do nothing
    returning id, currency
)
select id, currency from added union all select id, currency from stores where slug = $1 limit 1;
