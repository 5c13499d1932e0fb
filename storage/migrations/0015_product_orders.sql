-- Lists of a store's products by price, the lowest or the highest first, and by rating: `sorted_page` of products.sql. Of all
-- products and not of the active ones only, so that what goes out of sight stays a heap-only update.
create index products_price_up_idx on products (store_id, effective_price, id);
create index products_price_down_idx on products (store_id, (-effective_price), id);
create index products_rating_down_idx on products (store_id, (-coalesce(rating * 100, 0)::bigint), id);
