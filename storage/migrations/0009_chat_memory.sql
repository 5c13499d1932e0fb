-- A message is remembered once. The vectors of one person are compared one by one: an index over those of all persons
-- would find too few of theirs.
drop index chat_vectors_message_id_idx;
create unique index chat_vectors_message_id_key on chat_vectors (message_id);
drop index chat_vectors_embedding_idx;
