-- Which API key a question came with: one for some stores does not see what is its person's alone.
alter table runs
    add column api_key_id uuid,
    add constraint runs_api_key_id_fkey foreign key (api_key_id) references api_keys on delete set null not valid;
