-- name: of_message
-- $1 message id
select
    prompt, prompt_name, prompt_version, model, max_tokens, temperature, top_p, frequency_penalty, presence_penalty, seed
from ai_options where message_id = $1;
