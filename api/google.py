"""Sign-in with Google: OpenID Connect, the authorisation code flow with PKCE, state and nonce.

Nothing but the issuer is configured: its addresses and keys are what it publishes (OpenID Connect Discovery 1.0).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

import httpx
import jwt
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from storage.errors import CartwrightError

_log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(5.0)
_KEPT = timedelta(hours=1)
# What a provider may sign with: asymmetric only, so that nothing we know can sign in its name.
_ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
_LEEWAY = 60


Outcome = Literal["ok", "denied", "failed", "email-not-verified", "other-google-account", "email-taken"]
"""How a sign-in with Google came out, as the page is told."""


class GoogleFailed(CartwrightError):
    """The sign-in with Google did not come off; try it again."""

    actor = "user"
    retry = True

    def __init__(self, outcome: Outcome = "failed") -> None:
        super().__init__()
        self.outcome: Outcome = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is by Google's word: `subject` for ever, the address as of now."""

    subject: str
    email: str
    email_verified: bool
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What Google knows us by."""

    issuer: str
    client_id: str
    secret: SecretStr


class _Provider(BaseModel):
    """What an issuer publishes of itself, as far as it is needed."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Tokens(BaseModel):
    model_config = ConfigDict(frozen=True)

    id_token: str


class _Claims(BaseModel):
    model_config = ConfigDict(frozen=True)

    sub: str
    nonce: str
    email: str = ""
    email_verified: bool = False
    name: str | None = None


class Google:
    """One provider. What it publishes is kept for an hour; keys are read anew when a token names one not known."""

    def __init__(self, client: Client, http: httpx.AsyncClient) -> None:
        self._client = client
        self._http = http
        self._provider: tuple[_Provider, datetime] | None = None
        self._keys: jwt.PyJWKSet | None = None
        self._lock = asyncio.Lock()

    @property
    def issuer(self) -> str:
        """Whose word is taken."""
        return self._client.issuer

    async def address(self, *, state: str, nonce: str, verifier: str, redirect: str, now: datetime) -> str:
        """Where to send somebody to sign in. Raises GoogleFailed."""
        provider = await self._published(now)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{provider.authorization_endpoint}?{urlencode(query)}"

    async def identity(self, *, code: str, nonce: str, verifier: str, redirect: str, now: datetime) -> Identity:
        """Who the code was given to, by a token that is checked: signature, issuer, audience, time, nonce.

        Raises GoogleFailed.
        """
        provider = await self._published(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
            "client_id": self._client.client_id,
            "client_secret": self._client.secret.get_secret_value(),
        }
        try:
            response = await self._http.post(provider.token_endpoint, data=form)
            response.raise_for_status()
            token = _Tokens.model_validate_json(response.content).id_token
            claims = await self._checked(token, provider, now)
        except (httpx.HTTPError, ValidationError, jwt.PyJWTError) as error:
            # The text of an error may hold the code or the token; its kind does not.
            _log.warning("a sign-in with Google failed: %s", type(error).__name__)
            raise GoogleFailed from error
        if claims.nonce != nonce:
            raise GoogleFailed
        return Identity(subject=claims.sub, email=claims.email, email_verified=claims.email_verified, name=claims.name)

    async def _checked(self, token: str, provider: _Provider, now: datetime) -> _Claims:
        key = await self._key(jwt.get_unverified_header(token).get("kid"), provider)
        decoded = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=self._client.client_id,
            issuer=provider.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
        return _Claims.model_validate(decoded)

    async def _key(self, name: str | None, provider: _Provider) -> jwt.PyJWK:
        for known in (True, False):
            if not known or self._keys is None:
                response = await self._http.get(provider.jwks_uri)
                response.raise_for_status()
                self._keys = jwt.PyJWKSet.from_json(response.text)
            for key in self._keys.keys:
                if key.key_id == name and key.public_key_use in (None, "sig"):
                    return key
        raise jwt.InvalidKeyError("the provider has no such key")

    async def _published(self, now: datetime) -> _Provider:
        async with self._lock:
            if self._provider is not None and now - self._provider[1] < _KEPT:
                return self._provider[0]
            try:
                response = await self._http.get(f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
                response.raise_for_status()
                provider = _Provider.model_validate_json(response.content)
            except (httpx.HTTPError, ValidationError) as error:
                _log.warning("what Google publishes cannot be read: %s", type(error).__name__)
                raise GoogleFailed from error
            if provider.issuer != self._client.issuer:
                _log.warning("the issuer calls itself by another name")
                raise GoogleFailed
            self._provider = provider, now
            return provider


@asynccontextmanager
async def connected(client: Client | None) -> AsyncIterator[Google | None]:
    """The provider, where one is set up, for as long as the block lasts; its connections follow no redirect."""
    if client is None:
        yield None
        return
    async with httpx.AsyncClient(timeout=_TIMEOUT) as http:
        yield Google(client, http)
