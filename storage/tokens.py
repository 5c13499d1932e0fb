"""Secrets that are shown once and kept as digests: tokens for machines, codes for people to type."""

from __future__ import annotations

import hashlib
import secrets

# Crockford's base 32: no I, L, O and U, which are misread.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 8
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_token() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token. A plain SHA-256 is enough: the token is random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()


def new_code() -> str:
    """40 random bits for a person to type, as `7KQ2-MX9D`."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_CODE))
    return f"{signs[:4]}-{signs[4:]}"


def code_digest(code: str) -> bytes:
    """What is stored of a code, however it was typed: small letters, spaces, the letter O for a zero."""
    return digest(code.upper().translate(_READ_AS))
