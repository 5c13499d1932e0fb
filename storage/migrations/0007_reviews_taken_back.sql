-- A review that its author takes back stays as an empty row: what a moderator decided does not go away with it.
alter table reviews add column is_active boolean not null default true;
alter table reviews add constraint reviews_is_active_check check (is_active or (title is null and comment is null));

-- Counts as before, of active reviews only.
create or replace function public.count_review() returns trigger
language plpgsql
as $$
declare
    counts boolean := coalesce(new.is_approved and new.is_active, false);
    counted boolean := coalesce(old.is_approved and old.is_active, false);
begin
    update products set
        review_count = review_count + counts::int - counted::int,
        review_stars = review_stars
            + case when counts then new.rating else 0 end - case when counted then old.rating else 0 end
    where id = coalesce(new.product_id, old.product_id) and (counts or counted);
    return null;
end
$$;
drop trigger reviews_count on reviews;
create trigger reviews_count after insert or delete or update of rating, is_approved, is_active on reviews
    for each row execute function count_review();

-- Reviews as they are shown; a purchase that was cancelled or has come back verifies nothing any more.
create view shown_reviews as
select
    r.id, r.product_id, r.user_id, coalesce(u.username, u.first_name, split_part(u.name, ' ', 1)) as author, r.rating,
    r.title, r.comment,
    r.verified_purchase
        and exists (select from purchase_history h where h.user_id = r.user_id and h.product_id = r.product_id)
        as verified_purchase,
    r.helpful_count, r.is_approved,
    case when r.is_approved then 'approved' when r.moderated_at is null then 'waiting' else 'rejected' end as state,
    r.created_at, r.updated_at
from reviews r join users u on u.id = r.user_id
where r.is_active;
