-- What 0023 has made takes its place.
drop index audit_log_entity_idx;
