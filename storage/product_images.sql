-- name: content
-- $1 image id
select i.content, i.format
from product_images i join products p on p.id = i.product_id
where i.id = $1 and i.content is not null and p.is_active;

-- name: of_product
-- $1 product
select id, url, variant, width, height, format, alt_text, is_primary
from product_images
where product_id = $1 and (url is not null or content is not null)
order by is_primary desc, id;
