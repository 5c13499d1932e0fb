-- The lists of 0015_product_orders over all stores; the lowest price first has had its index.
create index products_all_price_down_idx on products ((-effective_price), id);
create index products_all_rating_down_idx on products ((-coalesce(rating * 100, 0)::bigint), id);
