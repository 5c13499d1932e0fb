-- name: subtree
-- $1 slug
with recursive subtree as (
    select id, parent_id, slug, name, array[name] as path from categories where slug = $1 and is_active
    union all
    select c.id, c.parent_id, c.slug, c.name, subtree.path || c.name
    from subtree join categories c on c.parent_id = subtree.id
    where c.is_active and cardinality(subtree.path) < 20
)
select id, parent_id, slug, name, path from subtree order by path;

-- name: tree
with recursive tree as (
    select id, parent_id, slug, name, array[name] as path from categories where parent_id is null and is_active
    union all
    select c.id, c.parent_id, c.slug, c.name, tree.path || c.name
    from tree join categories c on c.parent_id = tree.id
    where c.is_active and cardinality(tree.path) < 20
)
select id, parent_id, slug, name, path from tree order by path;

-- name: child
-- $1 parent id (null: a root), $2 name
select id from categories where parent_id is not distinct from $1::uuid and lower(name) = lower($2) order by id limit 1;

-- name: add
-- $1 parent id (null: a root), $2 slug, $3 name; a slug that is taken by another category gets the next free number
insert into categories (parent_id, slug, name)
select $1::uuid, slug, $3
from (
    select $2::text || case when number = 1 then '' else '-' || number end as slug, number
    from generate_series(1, 1000) number
) candidates
where not exists (select from categories c where c.slug = candidates.slug)
order by number
limit 1
returning id;
