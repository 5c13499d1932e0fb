-- pgvector and the functions that defaults and generated columns of later files use.

create extension if not exists vector;

-- Time-ordered ids as RFC 9562 section 5.7 has them: 48 bits of milliseconds, then 12 bits of the millisecond's fraction
-- (section 6.2, method 3), the rest random. PostgreSQL 18 has its own in pg_catalog, which an unqualified call finds
-- first; the name exists there too so that a dump of 16 or 17 can be restored into 18.
create function public.uuidv7() returns uuid
language sql volatile parallel safe
as $$
    select (
        lpad(to_hex(now_us / 1000), 12, '0')
        || '7' || lpad(to_hex(now_us % 1000 * 4096 / 1000), 3, '0')
        || substr(replace(gen_random_uuid()::text, '-', ''), 17)
    )::uuid
    from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_us) clock
$$;

-- array_to_string is only stable (it must serve every element type); for text it is immutable in fact.
create function public.spaced(words text[]) returns text
language sql immutable strict parallel safe
as $$ select array_to_string(words, ' ') $$;

-- A part number without case and punctuation: 'WH-1000XM5/B' and 'wh1000xm5b' are the same.
create function public.part_number_key(part_number text) returns text
language sql immutable strict parallel safe
as $$ select regexp_replace(lower(part_number), '[^a-z0-9]', '', 'g') $$;

-- The distinct three-letter windows of a text, edges marked, for finding a part number in spite of a typo.
create function public.grams(word text) returns text[]
language sql immutable strict parallel safe
as $$
    select coalesce(array_agg(distinct substr('^' || word || '$', place, 3)), '{}')
    from generate_series(1, length(word)) place
$$;
