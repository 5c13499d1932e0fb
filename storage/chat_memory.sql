-- name: unremembered
-- $1 user, $2 model of the vectors, $3 characters of a message, $4 limit; messages with words in them whose run is over,
-- the latest first
select m.id, m.chat_id, left(said.content, $3) as content
from chats c
join messages m on m.chat_id = c.id
cross join lateral (
    select string_agg(p.text_text, E'\n\n' order by p."order") as content
    from parts p where p.message_id = m.id and p.type = 'text'
) said
left join chat_vectors v on v.message_id = m.id
where c.user_id = $1 and c.is_active and said.content ~ '[[:alnum:]]'
    and (v.id is null or v.metadata ->> 'model' <> $2)
    and not exists (select from runs r where r.message_id = m.id and r.state in ('queued', 'running', 'waiting'))
order by m.id desc
limit $4;

-- name: remember
-- $1 user, $2 chats, $3 messages, $4 what was said, $5 its vectors, $6 what is told of the vectors
insert into chat_vectors as v (user_id, chat_id, message_id, content, embedding, metadata)
select $1, given.chat_id, given.message_id, given.content, given.embedding, $6
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::halfvec[]) as given(chat_id, message_id, content, embedding)
on conflict (message_id) do update
set content = excluded.content, embedding = excluded.embedding, metadata = excluded.metadata, updated_at = now();

-- name: search
-- $1 user, $2 vector, $3 text, $4 message whose chat is left out or null, $5 least cosine, $6 limit, $7 whether only chats
-- about $8, a store or null, count
select
    c.public_id as chat, c.title, m.public_id as message, m.role, v.content, m.created_at as said_at,
    near.similarity
from chat_vectors v
join chats c on c.id = v.chat_id
join messages m on m.id = v.message_id
cross join lateral (
    select
        case when vector_dims(v.embedding) = vector_dims($2::halfvec) then 1 - (v.embedding <=> $2::halfvec) else 0 end
            as similarity,
        to_tsvector('simple', v.content) @@ plainto_tsquery('simple', $3) as has_words
) near
where v.user_id = $1 and c.is_active and (not $7::bool or c.store_id = $8::uuid)
    and c.id is distinct from (select chat_id from messages where id = $4)
    and (near.similarity >= $5::float8 or near.has_words)
order by near.has_words desc, near.similarity desc, m.id desc
limit $6;
