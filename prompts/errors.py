"""What can be wrong with a prompt; whoever writes prompts can act on all of them.

PromptError
├── UnknownPrompt
├── PromptMalformed
└── VariablesDiffer
"""

from __future__ import annotations


class PromptError(Exception):
    """A prompt cannot be used."""


class UnknownPrompt(PromptError):
    """There is no prompt of that name; its file belongs in the prompts folder."""


class PromptMalformed(PromptError):
    """The prompt's file breaks the form; the file has to be corrected."""


class VariablesDiffer(PromptError):
    """The values given are not exactly the variables of the prompt."""
