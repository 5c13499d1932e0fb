-- name: get
-- $1 document
select id, store_id, slug, title, kind, content, url from documents where id = $1 and is_active;

-- name: by_store
-- $1 store
select id, store_id, slug, title, kind, content, url from documents where store_id = $1 and is_active order by title, id;

-- name: by_slug
-- $1 store, $2 slug
select id, store_id, slug, title, kind, content, url from documents where store_id = $1 and slug = $2 and is_active;

-- name: search
-- $1 store or null, $2 text, $3 vector or null, $4 least cosine, $5 limit
with question as (
    -- Any word may match: a question shares few words with its answer.
    select replace(plainto_tsquery('english', $2)::text, ' & ', ' | ')::tsquery as words
), passage as (
    select
        c.id, c.document_id, d.store_id, s.name as store, d.slug, d.title, d.url, c.content, c.embedding,
        setweight(to_tsvector('english', d.title), 'A')
        || setweight(to_tsvector('english', coalesce(substring(c.content from '^[^\n]{1,60}(?=\n)'), '')), 'B')
        || c.search as search
    from document_chunks c join documents d on d.id = c.document_id join stores s on s.id = d.store_id
    where d.is_active and ($1::uuid is null or d.store_id = $1)
), by_words as (
    select id, row_number() over (order by ts_rank(search, words) desc, id) as place
    from passage, question
    where search @@ words
    order by place
    limit 50
), by_meaning as (
    select id, row_number() over (order by distance, id) as place
    from (
        select id, case when vector_dims(embedding) = vector_dims($3::halfvec) then embedding <=> $3::halfvec end as distance
        from passage
        where $3::halfvec is not null
    ) near
    where distance <= 1 - $4::float8
    order by place
    limit 50
)
select
    p.document_id, p.store_id, p.store, p.slug, p.title, p.url, p.content,
    (coalesce(1.0 / (60 + w.place), 0) + coalesce(1.0 / (60 + m.place), 0))::float8 as score
from passage p left join by_words w on w.id = p.id left join by_meaning m on m.id = p.id
where w.id is not null or m.id is not null
order by score desc, p.id
limit $5;
