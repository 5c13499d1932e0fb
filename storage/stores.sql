-- name: get
-- $1 store
select id, slug, name, description, currency, url from stores where id = $1 and is_active;

-- name: by_slug
-- $1 slug
select id, slug, name, description, currency, url from stores where slug = $1 and is_active;

-- name: oldest
select id, slug, name, description, currency, url from stores where is_active order by created_at, id limit 1;

-- name: all_active
select id, slug, name, description, currency, url from stores where is_active order by created_at, id;

-- name: open
-- $1 slug, $2 name, $3 currency; the store of that slug, added when it is missing
with added as (
    insert into stores (slug, name, currency) values ($1, $2, $3) on conflict (slug) do nothing
    returning id, slug, name, description, currency, url
)
select id, slug, name, description, currency, url from added
union all
select id, slug, name, description, currency, url from stores where slug = $1
limit 1;
