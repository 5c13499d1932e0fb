-- Which API key a question came with: one for some stores does not see what is its person's alone.

alter table runs
    add column api_key_id uuid constraint runs_api_key_id_fkey references api_keys on delete set null;
create index runs_api_key_id_idx on runs (api_key_id) where api_key_id is not null;
