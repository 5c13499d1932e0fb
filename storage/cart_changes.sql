-- name: clear
-- $1 cart; what was in it, and the version afterwards
with taken as (
    delete from cart_items where cart_id = $1 returning product_id, quantity
), changed as (
    update carts set version = version + 1, updated_at = now() where id = $1 and exists (select from taken)
    returning version
)
select product_id, quantity, version from taken, changed;
