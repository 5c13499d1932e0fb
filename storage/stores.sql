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
