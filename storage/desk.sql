-- name: customer
-- $1 user name
select
    u.id as user_id, u.username, u.email, u.first_name, u.last_name,
    array(select o.order_number from orders o where o.user_id = u.id order by o.id) as order_numbers
from users u
where lower(u.username) = lower($1) and u.is_active and not u.is_anonymous;

-- name: username_by_email
-- $1 e-mail address
select username from users where lower(email) = lower($1) and is_active;

-- name: usernames_by_name
-- $1 first name, $2 last name, $3 postal code
select u.username
from users u join addresses a on a.user_id = u.id and a.is_default
where lower(u.first_name) = lower($1) and lower(u.last_name) = lower($2) and a.postal_code = $3 and u.is_active
limit 2;

-- name: username_of
-- $1 user
select username from users where id = $1;

-- name: order_id
-- $1 order number in capitals and digits
select id from orders where upper(regexp_replace(order_number, '[^[:alnum:]]', '', 'g')) = $1::text;

-- name: product_ids
-- $1 store, $2 skus
select id, sku from products where store_id = $1 and sku = any($2::text[]);

-- name: skus
-- $1 product ids
select id, sku from products where id = any($1::uuid[]);

-- name: method_id
-- $1 user, $2 the provider's reference
select id from payment_methods where user_id = $1 and reference = $2 and is_active;
