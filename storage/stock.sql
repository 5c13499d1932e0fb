-- name: lock
-- $1 product ids
select id from products where id = any($1::uuid[]) order by id for no key update;

-- name: move
-- $1 product ids, $2 pieces to add to each; what is no longer for sale can be put back and not taken
update products p set stock = p.stock + moved.pieces, updated_at = now()
from unnest($1::uuid[], $2::int[]) moved(id, pieces)
where p.id = moved.id and (moved.pieces > 0 or p.is_active) and p.stock + moved.pieces >= 0
returning p.id;
