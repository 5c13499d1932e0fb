-- What shoppers did, searched for and were shown. session_id has no foreign key here: a log outlives its session.

create table search_logs (
    id uuid constraint search_logs_pkey primary key default uuidv7(),
    query text not null,
    user_id uuid constraint search_logs_user_id_fkey references users on delete set null,
    session_id uuid,
    store_id uuid constraint search_logs_store_id_fkey references stores on delete set null,
    search_type text not null,
    embedding_model text,
    filters jsonb not null default '{}',
    results_count int not null,
    product_ids uuid[] not null default '{}',
    suitable boolean not null,
    response_time_ms int not null,
    created_at timestamptz not null default now(),
    constraint search_logs_search_type_check check (length(search_type) between 1 and 50),
    constraint search_logs_results_count_check check (results_count >= 0),
    constraint search_logs_response_time_ms_check check (response_time_ms >= 0)
);
create index search_logs_user_id_idx on search_logs (user_id);
create index search_logs_store_id_idx on search_logs (store_id);
create index search_logs_search_type_created_at_idx on search_logs (search_type, created_at);
create index search_logs_created_at_idx on search_logs (created_at);

create table recommendation_logs (
    id uuid constraint recommendation_logs_pkey primary key default uuidv7(),
    user_id uuid constraint recommendation_logs_user_id_fkey references users on delete set null,
    session_id uuid,
    store_id uuid constraint recommendation_logs_store_id_fkey references stores on delete set null,
    request_context jsonb not null default '{}',
    -- In order of score; the first so many of them were returned.
    candidate_products uuid[] not null default '{}',
    returned int not null default 0,
    alpha numeric(4, 3) not null,
    returned_at timestamptz not null default now(),
    constraint recommendation_logs_returned_check check (returned between 0 and cardinality(candidate_products)),
    constraint recommendation_logs_alpha_check check (alpha between 0 and 1)
);
create index recommendation_logs_user_id_returned_at_idx on recommendation_logs (user_id, returned_at);
create index recommendation_logs_store_id_idx on recommendation_logs (store_id);
create index recommendation_logs_returned_at_idx on recommendation_logs (returned_at);

create table interactions (
    id uuid constraint interactions_pkey primary key default uuidv7(),
    user_id uuid constraint interactions_user_id_fkey references users on delete set null,
    session_id uuid,
    product_id uuid constraint interactions_product_id_fkey references products on delete set null,
    search_log_id uuid constraint interactions_search_log_id_fkey references search_logs on delete set null,
    recommendation_log_id uuid constraint interactions_recommendation_log_id_fkey
        references recommendation_logs on delete set null,
    event_type text not null,
    event_value numeric,
    platform text,
    device jsonb,
    data jsonb not null default '{}',
    -- The id a client gave its event, so that it is kept once; null where the service recorded it itself.
    client_id text,
    occurred_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    constraint interactions_user_id_client_id_key unique (user_id, client_id),
    constraint interactions_event_type_check check (event_type ~ '^[a-z][a-z0-9_]{0,99}$'),
    constraint interactions_client_id_check check (length(client_id) between 1 and 100)
);
create index interactions_created_at_idx on interactions (created_at);
create index interactions_event_type_user_id_created_at_idx on interactions (event_type, user_id, created_at);
create index interactions_product_id_event_type_idx on interactions (product_id, event_type);
create index interactions_product_id_created_at_idx on interactions (product_id, created_at);
create index interactions_user_id_event_type_idx on interactions (user_id, event_type);
create index interactions_user_id_created_at_idx on interactions (user_id, created_at);
create index interactions_search_log_id_idx on interactions (search_log_id) where search_log_id is not null;
create index interactions_recommendation_log_id_idx on interactions (recommendation_log_id)
    where recommendation_log_id is not null;

create table ab_tests (
    id uuid constraint ab_tests_pkey primary key default uuidv7(),
    test_name text not null,
    user_id uuid not null constraint ab_tests_user_id_fkey references users on delete cascade,
    cohort text not null,
    assigned_at timestamptz not null default now(),
    constraint ab_tests_test_name_user_id_key unique (test_name, user_id)
);
create index ab_tests_user_id_idx on ab_tests (user_id);
