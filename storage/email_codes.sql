-- name: keep
-- $1 user, $2 purpose, $3 e-mail address, $4 digest of the code, $5 password hash or null, $6 name or null, $7 now,
-- $8 when it expires
insert into email_codes (user_id, purpose, email, code_hash, password_hash, name, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (user_id, purpose) where purpose <> 'reset' do update set
    email = excluded.email, code_hash = excluded.code_hash, password_hash = excluded.password_hash, name = excluded.name,
    attempts = 0, created_at = excluded.created_at, expires_at = excluded.expires_at;

-- name: keep_reset
-- $1 user or null, $2 purpose, $3 e-mail address, $4 digest of the code, $5 password hash or null, $6 name or null,
-- $7 now, $8 when it expires
insert into email_codes (user_id, purpose, email, code_hash, password_hash, name, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (lower(email)) where purpose = 'reset' do update set
    user_id = excluded.user_id, email = excluded.email, code_hash = excluded.code_hash, attempts = 0,
    created_at = excluded.created_at, expires_at = excluded.expires_at;

-- name: attempt
-- $1 purpose, $2 user or null, $3 e-mail address or null, $4 now, $5 most attempts
update email_codes set attempts = attempts + 1
where purpose = $1 and (user_id = $2 or lower(email) = lower($3)) and expires_at > $4 and attempts < $5
returning id, code_hash;

-- name: use
-- $1 code
delete from email_codes where id = $1 returning purpose, user_id, email, password_hash, name;

-- name: sweep
-- $1 now, $2 how many at most
delete from email_codes where id in (
    select id from email_codes where expires_at <= $1 limit $2 for update skip locked
)
returning id;
