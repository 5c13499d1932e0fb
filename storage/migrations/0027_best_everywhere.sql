-- no-transaction
create index concurrently products_all_rating_down_idx on products ((-coalesce(rating * 100, 0)::bigint), id);
