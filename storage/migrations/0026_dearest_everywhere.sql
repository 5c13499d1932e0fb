-- no-transaction
-- The lists of 0015_product_orders over all stores; the lowest price first has had its index.
create index concurrently products_all_price_down_idx on products ((-effective_price), id);
