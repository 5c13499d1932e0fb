-- name: put
-- $1 recipient or null, $2 subject, $3 content, $4 now
insert into mails (recipient, subject, content, due_at, created_at) values ($1, $2, $3, $4, $4);

-- name: take
-- $1 now, $2 when it is due again, $3 how many at most
update mails set attempts = attempts + 1, due_at = $2
where id in (select id from mails where due_at <= $1 order by due_at limit $3 for update skip locked)
returning id, recipient, subject, content, attempts;

-- name: sent
-- $1 mail
delete from mails where id = $1;

-- name: next_due
select min(due_at) from mails;
