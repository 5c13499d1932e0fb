-- name: shoppers
-- guests with something done
select distinct user_id as id from interactions where user_id is not null limit 1000;

-- name: fill
-- $1 how many shoppers, each with 30 interactions with products that lie near one another in the catalogue's order, as
-- what one person looks at is of one kind
with shopper as (
    insert into users (is_anonymous) select true from generate_series(1, $1::int) returning id
), taste as materialized (
    select id, (random() * (select count(*) from products))::int as middle from shopper
), shelf as materialized (
    select id, row_number() over (order by sku) as place from products
)
insert into interactions (user_id, product_id, event_type)
select
    taste.id, shelf.id, (array['view', 'view', 'view', 'click', 'add_to_cart', 'purchase'])[1 + (random() * 5)::int]
from taste
cross join lateral (select middle + (random() * 60)::int + 0 * n as place from generate_series(1, 30) n) looked
join shelf using (place);

-- name: products
select id, store_id from products order by md5(id::text) limit 300;
