-- name: of
-- $1 user
select id, is_default, name, line1, line2, city, region, postal_code, country, phone from addresses
where user_id = $1
order by is_default desc, id desc;

-- name: default
-- $1 user
select name, line1, line2, city, region, postal_code, country, phone from addresses where user_id = $1 and is_default;

-- name: lock
-- $1 user: whoever makes another address the default comes after us
select id from users where id = $1 for no key update;

-- name: no_default
-- $1 user
update addresses set is_default = false, updated_at = now() where user_id = $1 and is_default;

-- name: add
-- $1 user, $2 whether it is the default, $3 name, $4 and $5 lines, $6 city, $7 region, $8 postal code, $9 country, $10 phone
insert into addresses (user_id, is_default, name, line1, line2, city, region, postal_code, country, phone)
values ($1, $2 or not exists (select from addresses where user_id = $1 and is_default), $3, $4, $5, $6, $7, $8, $9, $10)
returning id;

-- name: change_default
-- $1 user, $2 name, $3 and $4 lines, $5 city, $6 region, $7 postal code, $8 country, $9 phone
update addresses set
    name = $2, line1 = $3, line2 = $4, city = $5, region = $6, postal_code = $7, country = $8, phone = $9,
    updated_at = now()
where user_id = $1 and is_default
returning id;

-- name: change
-- $1 user, $2 address, $3 name, $4 and $5 lines, $6 city, $7 region, $8 postal code, $9 country, $10 phone
update addresses set
    name = $3, line1 = $4, line2 = $5, city = $6, region = $7, postal_code = $8, country = $9, phone = $10,
    updated_at = now()
where user_id = $1 and id = $2
returning id;

-- name: choose
-- $1 user, $2 address
update addresses set is_default = true, updated_at = now() where user_id = $1 and id = $2 returning id;

-- name: remove
-- $1 user, $2 address
delete from addresses where user_id = $1 and id = $2 returning id;
