-- name: recipient
-- $1 user or null, $2 e-mail address or null
select id from users where is_active and (id = $1::uuid or lower(email) = lower($2::text));
