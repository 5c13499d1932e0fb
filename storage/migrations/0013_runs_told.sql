-- When a reader first had the answer to its end: until then one who comes late is told it, though nothing is being made.
alter table runs add column told_at timestamptz;
update runs set told_at = finished_at where state not in ('queued', 'running');
