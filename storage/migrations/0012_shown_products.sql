-- The words of a product stay in its row: ranking would unpack what lies elsewhere, row by row. What is there already
-- moves when it is written the next time.
alter table products set (toast_tuple_target = 8160);

-- A product with all that is shown of it: its categories from the root on and its main picture.
create view shown_products as
select
    p.id, p.store_id, p.sku, p.name, p.short_description, p.description, p.brand, p.part_number,
    c.slug as category_slug, coalesce(path.names, '{}') as category_path, p.price, p.currency, p.discount_percent,
    p.effective_price, p.stock, p.rating, p.rating_count, p.tags, p.specifications, p.url, p.updated_at,
    p.family_id, p.options,
    i.id as image_id, i.url as image_url, i.alt_text as image_alt
from products p
left join categories c on c.id = p.category_id
left join lateral (
    with recursive above as (
        select c.name, c.parent_id, 0 as depth
        union all
        select a.name, a.parent_id, above.depth + 1
        from above join categories a on a.id = above.parent_id
        where above.depth < 20
    )
    select array_agg(name order by depth desc) as names from above
) path on c.id is not null
left join product_images i on i.product_id = p.id and i.is_primary
where p.is_active;
