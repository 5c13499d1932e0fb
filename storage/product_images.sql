-- name: content
-- $1 image id
select i.content, i.format
from product_images i join products p on p.id = i.product_id
where i.id = $1 and i.content is not null and p.is_active;
