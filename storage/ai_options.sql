-- name: add
-- $1 message id, $2 prompt as rendered, $3 its name, $4 its version, $5 model, $6 max tokens, $7 temperature, $8 top_p,
-- $9 frequency penalty, $10 presence penalty, $11 seed
insert into ai_options (
    message_id, prompt, prompt_name, prompt_version, model, max_tokens, temperature, top_p, frequency_penalty,
    presence_penalty, seed
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: of_message
-- $1 message id
select
    prompt, prompt_name, prompt_version, model, max_tokens, temperature, top_p, frequency_penalty, presence_penalty, seed
from ai_options where message_id = $1;
