"""An OpenID Connect provider on loopback: discovery, keys, an authorisation endpoint, signed tokens (RS256, PKCE).

`python -m tests.support.oidc` serves one until its input ends, for tests that are not Python.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.factory import unique
from tests.wire.serving import serving

CLIENT, SECRET = "cartwright-test", "a secret of the client"


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Subject:
    """Who is signed in at the provider."""

    sub: str = field(default_factory=lambda: unique("subject"))
    email: str = field(default_factory=lambda: f"{unique('someone')}@example.org")
    email_verified: bool = True
    name: str = "Ada Lovelace"


@dataclass(slots=True)
class Issuer:
    """Signs in whoever `subject` is, without asking; `lies` takes the place of claims in its tokens."""

    url: str = ""
    subject: Subject = field(default_factory=Subject)
    denies: bool = False
    lies: dict[str, object] = field(default_factory=dict)
    signs_with: RSAPrivateKey | None = None
    keys: dict[str, RSAPrivateKey] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self.keys = {unique("key"): new_key()}

    async def configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def published(self, _: Request) -> Response:
        keys = [
            {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": name, "use": "sig", "alg": "RS256"}
            for name, key in self.keys.items()
        ]
        return JSONResponse({"keys": keys})

    async def authorize(self, request: Request) -> Response:
        said = dict(request.query_params)
        self.asked.append(said)
        if (said["client_id"], said["response_type"]) != (CLIENT, "code") or "openid" not in said["scope"].split():
            return JSONResponse({"error": "invalid_request"}, 400)
        told = {"state": said["state"], "iss": self.url}
        if self.denies:
            return RedirectResponse(f"{said['redirect_uri']}?{urlencode({**told, 'error': 'access_denied'})}", 302)
        code = secrets.token_urlsafe()
        self._codes[code] = said
        query = urlencode({**told, "code": code, "scope": said["scope"], "authuser": "0"})
        return RedirectResponse(f"{said['redirect_uri']}?{query}", 302)

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        said = self._codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            said is None
            or (form["client_id"], form["client_secret"], form["grant_type"]) != (CLIENT, SECRET, "authorization_code")
            or form["redirect_uri"] != said["redirect_uri"]
            or (said["code_challenge_method"], said["code_challenge"]) != ("S256", challenge.decode())
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 3600, "nonce": said["nonce"],
            "sub": self.subject.sub, "email": self.subject.email, "email_verified": self.subject.email_verified,
            "name": self.subject.name,
        }  # fmt: skip
        (name, key) = next(iter(self.keys.items()))
        signed = jwt.encode({**claims, **self.lies}, self.signs_with or key, "RS256", headers={"kid": name})
        return JSONResponse({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed})


@asynccontextmanager
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    made.rotate()
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", made.configuration),
            Route("/keys", made.published),
            Route("/authorize", made.authorize),
            Route("/token", made.token, methods=["POST"]),
        ]
    )
    async with serving(app) as url:
        made.url = url
        yield made


async def _serve() -> None:
    async with issuer() as made:
        print(json.dumps({"url": made.url, "client": CLIENT, "secret": SECRET}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
