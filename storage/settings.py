"""Settings of the storage floor, read once from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """`CARTWRIGHT_*` variables; with no `database_url` an embedded server is started in `data`."""

    model_config = SettingsConfigDict(
        env_prefix="CARTWRIGHT_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        str_strip_whitespace=True,
    )

    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("CARTWRIGHT_DATABASE_URL", "DATABASE_URL"),
        description="A PostgreSQL 16 or later with pgvector 0.8 or later; unset: an embedded server.",
    )
    direct_url: str | None = Field(
        default=None, description="The same database past a pooler such as pgbouncer, to migrate it and hear notices."
    )
    data: Path = Field(default=Path(".data"), description="The folder of the embedded server.")
    pool_size: int = Field(default=10, ge=1, le=1000, description="Connections a process may hold.")
    acquire_timeout: float = Field(
        default=1.0, gt=0, description="Seconds to wait for a free connection before answering busy."
    )
    statement_cache_size: int = Field(
        default=100, ge=0, description="Prepared statements kept a connection; 0 behind pgbouncer."
    )
    embedding_model: str = Field(
        default="wordllama", min_length=1, description="`wordllama`, or a model name as litellm knows it."
    )
    embedding_dimension: int = Field(
        default=1536, ge=1, le=4000, description="Numbers a vector has, of a model other than `wordllama`."
    )
    embedding_api_base: str | None = Field(default=None, description="Address of the embedding model.")
    embedding_api_key: SecretStr | None = Field(
        default=None, description="Key of the embedding model; unset: the variable that litellm reads for it."
    )
