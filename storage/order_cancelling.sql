-- name: cancel
-- $1 order, $2 reason
update orders set status = 'cancelled', cancel_reason = $2, cancelled_at = now(), updated_at = now() where id = $1;
