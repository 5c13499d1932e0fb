"""The offline model: a deterministic rule-based shopkeeper behind litellm, named "offline/shopkeeper".

It sees what any model sees (the chat's messages and the tools' schemas) and answers with text or tool calls. The path
of an answer: `wire` reads the messages into turns, `memory` recalls what was shown, `understand` makes intents of the
shopper's words, each intent is a `script` replayed against the tool results already there, and `provider` streams.
"""
