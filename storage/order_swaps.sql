-- name: lock
-- $1 product ids
select id from products where id = any($1::uuid[]) order by id for no key update;

-- name: variants
-- $1 product ids, $2 store
select id, family_id, sku, name, options, effective_price as unit_price, stock, is_active
from products
where id = any($1::uuid[]) and store_id = $2;
