-- The names from the root down to a category, at most the last 20: each product that is shown has them with it, and walking
-- up the tree for it took two thirds of reading a page of products.
alter table categories add column path text[] not null default '{}';

with recursive tree as (
    select id, array[name] as path from categories where parent_id is null
    union all
    select c.id, tree.path || c.name from tree join categories c on c.parent_id = tree.id
)
update categories c set path = tree.path[greatest(1, cardinality(tree.path) - 19):] from tree where tree.id = c.id;

-- Who is added, renamed or moved reads the path above, and holds it as a foreign key does: whoever is to change that path
-- takes the row for itself alone, so that one of the two waits and sees what the other has done. Other changes of a
-- category wait for nobody.
create function public.name_category_path() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'UPDATE' then
        perform from categories where id = new.id for update;
    end if;
    new.path := coalesce((select path from categories where id = new.parent_id for key share), '{}') || new.name;
    new.path := new.path[greatest(1, cardinality(new.path) - 19):];
    return new;
end
$$;
create trigger categories_name_path before insert on categories
    for each row execute function name_category_path();
create trigger categories_rename_path before update of name, parent_id on categories
    for each row when (new.name <> old.name or new.parent_id is distinct from old.parent_id)
    execute function name_category_path();

create function public.name_category_paths_below() returns trigger
language plpgsql
as $$
begin
    perform from categories where parent_id = new.id for update;
    update categories
    set path = (new.path || name)[greatest(1, cardinality(new.path) - 18):]
    where parent_id = new.id;
    return null;
end
$$;
create trigger categories_name_paths_below after update of name, parent_id, path on categories
    for each row when (new.path <> old.path) execute function name_category_paths_below();

create or replace view shown_products as
select
    p.id, p.store_id, p.sku, p.name, p.short_description, p.description, p.brand, p.part_number,
    c.slug as category_slug, coalesce(c.path, '{}') as category_path, p.price, p.currency, p.discount_percent,
    p.effective_price, p.stock, p.rating, p.rating_count, p.tags, p.specifications, p.url, p.updated_at,
    p.family_id, p.options,
    i.id as image_id, i.url as image_url, i.alt_text as image_alt
from products p
left join categories c on c.id = p.category_id
left join product_images i on i.product_id = p.id and i.is_primary
where p.is_active;
