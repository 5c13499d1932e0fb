-- name: store
-- $1 store
select slug, name, description, currency, url, is_active from stores where id = $1 for no key update;

-- name: add_store
-- $1 slug, $2 name, $3 description, $4 currency, $5 url or null, $6 whether active
insert into stores (slug, name, description, currency, url, is_active) values ($1, $2, $3, $4, $5, $6) returning id;

-- name: change_store
-- $1 store, $2 name, $3 description, $4 url or null, $5 whether active
update stores set name = $2, description = $3, url = $4, is_active = $5, updated_at = now() where id = $1;

-- name: category
-- $1 category
select c.slug, c.name, c.description, p.slug as parent, c.is_active
from categories c left join categories p on p.id = c.parent_id
where c.id = $1 for no key update of c;

-- name: category_id
-- $1 slug
select id from categories where slug = $1;

-- name: is_below
-- $1 category, $2 the one it may be below, or be
with recursive up as (
    select id, parent_id, 0 as depth from categories where id = $1
    union all
    select c.id, c.parent_id, up.depth + 1 from up join categories c on c.id = up.parent_id where up.depth < 50
)
select exists (select from up where id = $2);

-- name: add_category
-- $1 slug, $2 name, $3 description, $4 parent or null, $5 whether active
insert into categories (slug, name, description, parent_id, is_active) values ($1, $2, $3, $4, $5) returning id;

-- name: change_category
-- $1 category, $2 name, $3 description, $4 parent or null, $5 whether active
update categories set name = $2, description = $3, parent_id = $4, is_active = $5, updated_at = now() where id = $1;

-- name: product
-- $1 product; one that is closed with its store or category is active by itself
select
    p.sku, p.name, p.short_description, p.description, c.slug as category, p.brand, p.tags, p.price, p.discount_percent,
    p.stock, p.specifications, p.url, p.part_number, p.is_active or p.closed as is_active
from products p left join categories c on c.id = p.category_id
where p.id = $1 for no key update of p;

-- name: add_product
-- $1 store, $2 SKU, $3 name, $4 short description, $5 description, $6 category or null, $7 brand or null, $8 tags,
-- $9 price in minor units, $10 discount in percent, $11 stock, $12 specifications, $13 url or null, $14 part number or
-- null, $15 whether active
insert into products (
    store_id, sku, name, short_description, description, category_id, brand, tags, price, currency, discount_percent,
    stock, specifications, url, part_number, is_active
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, currency, $10, $11, $12, $13, $14, $15 from stores where id = $1
returning id;

-- name: change_product
-- $1 product, $2 SKU, $3 name, $4 short description, $5 description, $6 category or null, $7 brand or null, $8 tags,
-- $9 price in minor units, $10 discount in percent, $11 stock, $12 specifications, $13 url or null, $14 part number or
-- null, $15 whether active
update products set
    sku = $2, name = $3, short_description = $4, description = $5, category_id = $6, brand = $7, tags = $8, price = $9,
    discount_percent = $10, stock = $11, specifications = $12, url = $13, part_number = $14, is_active = $15,
    closed = false, updated_at = now()
where id = $1
returning id;

-- name: take_time
-- $1 how long a statement of this transaction may take, such as 600s
select set_config('statement_timeout', $1, true);
