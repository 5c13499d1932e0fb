-- name: get
-- $1 user
select id, email, email_verified, name, role, is_anonymous, password_hash, provider, provider_id, created_at
from users where id = $1 and is_active;

-- name: hold
-- $1 user
select id, email, email_verified, name, role, is_anonymous, password_hash, provider, provider_id, created_at
from users where id = $1 and is_active
for no key update;

-- name: by_email
-- $1 e-mail address
select id, email, email_verified, name, role, is_anonymous, password_hash, provider, provider_id, created_at
from users where lower(email) = lower($1) and is_active;

-- name: by_provider
-- $1 provider, $2 the provider's name for the user
select id, email, email_verified, name, role, is_anonymous, password_hash, provider, provider_id, created_at
from users where provider = $1 and provider_id = $2 and is_active;

-- name: open
-- $1 guest, $2 e-mail address, $3 name or null, $4 password hash or null, $5 provider and $6 its name for them, or nulls
update users set
    email = $2, email_verified = true, name = coalesce($3, name), password_hash = $4, provider = $5, provider_id = $6,
    is_anonymous = false, updated_at = now()
where id = $1 and is_anonymous and is_active
returning id, email, email_verified, name, role, is_anonymous, password_hash, provider, provider_id, created_at;

-- name: set_password
-- $1 user, $2 password hash or null
update users set password_hash = $2, updated_at = now() where id = $1;

-- name: verify
-- $1 user
update users set email_verified = true where id = $1 and not email_verified;

-- name: set_email
-- $1 user, $2 e-mail address
update users set email = $2, email_verified = true, updated_at = now() where id = $1;

-- name: link
-- $1 user, $2 provider, $3 the provider's name for the user, $4 e-mail address that the provider has verified
update users set
    provider = $2, provider_id = $3, email_verified = email_verified or lower(email) = lower($4), updated_at = now()
where id = $1;
