"""E-mail addresses in request bodies."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

EmailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=6,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s.\x00-\x1f]{2,}$",
    ),
]
"""As the table has it; whether somebody reads its mail is found out by a code."""
