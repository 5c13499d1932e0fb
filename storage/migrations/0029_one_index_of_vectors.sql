-- no-transaction
-- The one around the mean takes its place; it is built beside whoever writes, when all migrations are applied.
drop index concurrently if exists products_embedding_idx;
