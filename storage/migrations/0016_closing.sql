-- A store or category that closes writes each of its products once, and asks once for each place whether it is open.

drop trigger products_close_or_open on products;
-- Not for what a trigger writes: whoever closes or opens products has looked already.
create trigger products_close_or_open after insert or update of store_id, category_id, is_active on products
    for each row when ((new.is_active or new.closed) and pg_trigger_depth() = 0) execute function close_or_open_product();

create or replace function public.close_or_open() returns trigger
language plpgsql
as $$
begin
    if tg_table_name = 'stores' then
        with places as materialized (
            select category_id, is_open(new.id, category_id) as open
            from (select distinct category_id from products where store_id = new.id and (is_active or closed)) found
        )
        update products p set is_active = places.open, closed = not places.open
        from places
        where p.store_id = new.id and p.category_id is not distinct from places.category_id
            and (p.is_active or p.closed) and p.is_active <> places.open;
    else
        with recursive below as (
            select new.id as id union select c.id from below join categories c on c.parent_id = below.id
        ), places as materialized (
            select store_id, category_id, is_open(store_id, category_id) as open
            from (
                select distinct store_id, category_id from products
                where category_id in (select id from below) and (is_active or closed)
            ) found
        )
        update products p set is_active = places.open, closed = not places.open
        from places
        where p.store_id = places.store_id and p.category_id = places.category_id
            and (p.is_active or p.closed) and p.is_active <> places.open;
    end if;
    return null;
end
$$;
