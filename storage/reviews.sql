-- name: of_product
-- $1 product, $2 newest, helpful or rating, $3 stars or null, $4 sort key and $5 id of the last review of the page
-- before, or nulls, $6 limit. The newest have the highest ids.
select
    id, product_id, user_id, author, rating, title, comment, verified_purchase, helpful_count, state, created_at,
    updated_at, key
from shown_reviews
cross join lateral (select case $2 when 'helpful' then helpful_count when 'rating' then rating else 0 end as key) k
where product_id = $1 and is_approved and ($3::int is null or rating = $3)
    and ($4::bigint is null or (key, id) < ($4, $5::uuid))
order by key desc, id desc
limit $6;

-- name: stars
-- $1 product
select rating, count(*)::int as count from reviews
where product_id = $1 and is_approved and is_active
group by rating;

-- name: mine
-- $1 user, $2 product
select
    id, product_id, user_id, author, rating, title, comment, verified_purchase, helpful_count, state, created_at,
    updated_at, 0 as key
from shown_reviews
where user_id = $1 and product_id = $2;

-- name: get
-- $1 review
select
    id, product_id, user_id, author, rating, title, comment, verified_purchase, helpful_count, state, created_at,
    updated_at, 0 as key
from shown_reviews
where id = $1;

-- name: every
-- $1 waiting, approved or rejected, $2 last id of the page before or null, $3 limit
select
    id, product_id, user_id, author, rating, title, comment, verified_purchase, helpful_count, state, created_at,
    updated_at, 0 as key
from shown_reviews
where is_approved = ($1 = 'approved') and state = $1 and ($2::uuid is null or id > $2)
order by id
limit $3;

-- name: product
-- $1 product; its row is locked against going away, not against being sold
select id from products where id = $1 and is_active for key share;

-- name: put
-- $1 user, $2 product, $3 stars, $4 title, $5 comment, $6 nobody, unverified or everybody, $7 whether the user is a guest
with bought as (
    select exists (select from purchase_history where user_id = $1 and product_id = $2) as verified
), allowed as (
    select verified, $6 = 'nobody' or ($6 = 'unverified' and verified and not $7::boolean) as approved from bought
)
insert into reviews as r (user_id, product_id, rating, title, comment, verified_purchase, is_approved)
select $1, $2, $3, $4, $5, verified, approved from allowed
on conflict (user_id, product_id) do update set
    rating = excluded.rating, title = excluded.title, comment = excluded.comment,
    verified_purchase = excluded.verified_purchase,
    is_approved = excluded.is_approved and r.is_approved, moderated_at = null, moderated_by = null, updated_at = now(),
    is_active = true, created_at = case when r.is_active then r.created_at else now() end
where not r.is_active
    or (r.rating, r.title, r.comment) is distinct from (excluded.rating, excluded.title, excluded.comment);

-- name: remove
-- $1 review; its words and its votes go, what a moderator decided stays
with votes as (
    delete from review_helpful_votes where review_id = $1
)
update reviews set is_active = false, title = null, comment = null, updated_at = now()
where id = $1 and is_active
returning id;

-- name: lock
-- $1 review
select
    user_id,
    case when is_approved then 'approved' when moderated_at is null then 'waiting' else 'rejected' end as state
from reviews where id = $1 and is_active for update;

-- name: moderate
-- $1 review, $2 whether it is approved, $3 moderator
update reviews set is_approved = $2, moderated_at = now(), moderated_by = $3 where id = $1;

-- name: vote
-- $1 review, $2 user; the count follows by a trigger in this statement
insert into review_helpful_votes (review_id, user_id) values ($1, $2)
on conflict (review_id, user_id) do nothing
returning id;

-- name: unvote
-- $1 review, $2 user
delete from review_helpful_votes where review_id = $1 and user_id = $2 returning id;

-- name: helpful_count
-- $1 review
select helpful_count from reviews where id = $1;
