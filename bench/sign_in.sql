-- name: accounts
-- $1 how many, $2 hash of a password
insert into users (email, email_verified, name, password_hash)
select 'known-' || n || '@example.org', true, 'Known ' || n, $2 from generate_series(0, $1::int - 1) n;

-- name: forget
delete from throttles;
