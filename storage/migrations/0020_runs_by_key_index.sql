-- no-transaction
create index concurrently runs_api_key_id_idx on runs (api_key_id) where api_key_id is not null;
