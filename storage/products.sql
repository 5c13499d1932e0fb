-- name: get
-- $1 product ids; rows come in the order of the ids
select shown.*
from unnest($1::uuid[]) with ordinality as wanted(id, place) join shown_products shown using (id)
order by wanted.place;

-- name: sorted_page
-- $1 store id, $2 category slug, $3 brand, $4 lowest and $5 highest price after discount in minor units, $6 in stock only,
-- $7 order: price, -price or -rating, $8 sort key and $9 id of the last of the page before, $10 limit, $11 family; null:
-- no filter
with recursive subtree as (
    select id from categories where slug = $2
    union all
    select c.id from subtree join categories c on c.parent_id = subtree.id
), keyed as (
    select id, case $7::text
        when 'price' then effective_price
        when '-price' then -effective_price
        else -coalesce(rating * 100, 0)::bigint
    end as key
    from products
    where is_active
        and ($1::uuid is null or store_id = $1)
        and ($2::text is null or category_id = any(array(select id from subtree)))
        and ($3::text is null or lower(brand) = lower($3))
        and ($4::bigint is null or effective_price >= $4)
        and ($5::bigint is null or effective_price <= $5)
        and (not $6::boolean or stock > 0)
        and ($11::uuid is null or family_id = $11)
)
select id, key from keyed
where $9::uuid is null or (key, id) > ($8::bigint, $9)
order by key, id
limit $10;

-- name: page
-- $1 store id, $2 category slug, $3 brand, $4 lowest and $5 highest price after discount in minor units,
-- $6 in stock only, $7 last id of the page before, $8 limit, $9 family; null means no filter
with recursive subtree as (
    select id from categories where slug = $2
    union all
    select c.id from subtree join categories c on c.parent_id = subtree.id
)
select id from products
where is_active
    and ($1::uuid is null or store_id = $1)
    and ($2::text is null or category_id = any(array(select id from subtree)))
    and ($3::text is null or lower(brand) = lower($3))
    and ($4::bigint is null or effective_price >= $4)
    and ($5::bigint is null or effective_price <= $5)
    and (not $6::boolean or stock > 0)
    and ($7::uuid is null or id > $7)
    and ($9::uuid is null or family_id = $9)
order by id
limit $8;

-- name: withdraw
-- $1 product ids
update products set is_active = false, updated_at = now() where id = any($1::uuid[]);
