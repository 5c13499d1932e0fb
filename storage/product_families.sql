-- name: add
-- $1 store, $2 public id, $3 name
insert into product_families (store_id, public_id, name) values ($1, $2, $3)
on conflict (store_id, public_id) do update set name = excluded.name
returning id;

-- name: join
-- $1 family, $2 product, $3 options
update products set family_id = $1, options = $3, updated_at = now() where id = $2;

-- name: of_store
-- $1 store
select id, store_id, public_id, name from product_families where store_id = $1 order by name, id;

-- name: by_public_id
-- $1 store, $2 public id
select id, store_id, public_id, name from product_families where store_id = $1 and public_id = $2;

-- name: members
-- $1 family
select id, sku, name, options, effective_price as price, stock, is_active from products where family_id = $1 order by id;

-- name: variant
-- $1 store, $2 sku
select id, sku, name, options, effective_price as price, stock, is_active from products where store_id = $1 and sku = $2;
