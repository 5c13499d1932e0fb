"""Settings of the HTTP edge, read once from the environment."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.google import Client
from storage.reviews import Waits
from storage.sessions import Lifetime


def _origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    named = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in named:
        if not re.fullmatch(r"https?://[a-z0-9.:\[\]-]+", name):
            raise ValueError(f"{name!r} is no origin such as https://shop.example")
    return named


class ApiSettings(BaseSettings):
    """`CARTWRIGHT_*` variables. Times are seconds, sizes bytes."""

    model_config = SettingsConfigDict(env_prefix="CARTWRIGHT_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        default=None,
        description=(
            "The address shoppers see, without a slash at its end; unset: that of the request. "
            "Needed for `/mcp` where the service is reached by a name."
        ),
    )
    max_body: int = Field(default=4_194_304, ge=1024, description="The largest request body that is read.")
    max_message: int = Field(default=16_000, ge=1, description="The most characters in one message of a shopper.")
    session_days: int = Field(default=30, ge=1, le=400, description="How many days a session lasts at most.")
    session_idle_days: int = Field(
        default=14, ge=1, le=400, description="How many days a session lasts without being used."
    )
    guest_days: int = Field(
        default=90,
        ge=0,
        description="How many days a guest is kept who was not seen and cannot come back; 0: for ever.",
    )
    password_cost: int = Field(
        default=12, ge=4, le=16, description="The cost of bcrypt; one more takes twice the time."
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="How mail is sent: `smtp://USER:PASSWORD@HOST:587` or `smtps://...`; unset: it is printed.",
    )
    mail_from: str = Field(default="shop@localhost", min_length=3, description="Whom mails come from.")
    idempotency_hours: int = Field(
        default=24, ge=1, le=720, description="How many hours the reply to an `Idempotency-Key` is kept."
    )
    limit_requests: int = Field(
        default=600, ge=0, description="The most requests a minute of one person or API key; 0: no limit."
    )
    limit_guests: int = Field(
        default=120, ge=0, description="The most requests a minute without a session from one address; 0: no limit."
    )
    limit_streams: int = Field(
        default=20, ge=0, description="The most answers one person or API key reads at once; 0: no limit."
    )
    limit_day_tokens: int = Field(
        default=0, ge=0, description="The most tokens in and out a day (UTC) for one person or API key; 0: no limit."
    )
    limit_day_cost_micros: int = Field(
        default=0, ge=0, description="The same of cost, in millionths of a US dollar; 0: no limit."
    )
    reserve_tokens: int = Field(
        default=10_000, ge=1, description="What an answer counts for against `LIMIT_DAY_TOKENS` until it has ended."
    )
    reserve_cost_micros: int = Field(
        default=20_000, ge=0, description="What it counts for against `LIMIT_DAY_COST_MICROS` until it has ended."
    )
    secure_cookie: bool = Field(default=False, description="Whether the session cookie is sent over https only.")
    google_client_id: str | None = Field(
        default=None, description="The client id for sign-in with Google; unset: there is none."
    )
    google_client_secret: SecretStr | None = Field(default=None, description="The secret that goes with it.")
    google_issuer: str = Field(
        default="https://accounts.google.com", description="Whose word is taken: the issuer of OpenID Connect."
    )
    ping: float = Field(default=10.0, gt=0, le=15, description="Silence after which a stream sends a comment.")
    send_timeout: float = Field(default=10.0, gt=0, description="How long a reader may take nothing before it is cut.")
    stream_life: float = Field(default=600.0, gt=0, description="The longest life of one response; the client resumes.")
    drain: float = Field(
        default=2.0, ge=0, le=15, description="How long answers may still finish when the server is told to stop."
    )
    reviews_wait: Waits = Field(
        default="unverified",
        description="Whose reviews wait for a moderator: `nobody`, `everybody`, `unverified` (guests and non-buyers).",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = Field(
        default=(), description="Origins whose pages may call with cookies, comma separated (`https://shop.example`)."
    )
    store: str | None = Field(default=None, description="The slug of the store a new chat is about; unset: all stores.")

    @property
    def google(self) -> Client | None:
        """What Google knows us by."""
        if self.google_client_id is None or self.google_client_secret is None:
            return None
        return Client(issuer=self.google_issuer, client_id=self.google_client_id, secret=self.google_client_secret)

    @property
    def sessions(self) -> Lifetime:
        """How long sessions last."""
        return Lifetime(timedelta(days=self.session_days), timedelta(days=self.session_idle_days))
