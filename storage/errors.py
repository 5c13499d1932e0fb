"""What can go wrong in storage, as one tree.

    CartwrightError
    ├── NotFound
    ├── Forbidden
    ├── Invalid
    ├── Conflict
    │   ├── OutOfStock
    │   └── StaleCart
    ├── TooMany
    ├── Busy
    └── OperatorError
        ├── FolderLocked
        ├── FolderUnusable
        ├── ServerFailed
        ├── DatabaseUnreachable
        ├── WrongServer
        ├── MissingExtension
        ├── MigrationEdited
        ├── MigrationFailed
        ├── DatabaseTooNew
        ├── ModelMissing
        └── BadVectors

A class's docstring is its message when no detail is given; `actor` says who can do something about it.
"""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from typing import ClassVar, Literal

Actor = Literal["model", "user", "operator"]


class CartwrightError(Exception):
    """Something went wrong in the shop."""

    actor: ClassVar[Actor] = "operator"
    retry: ClassVar[bool] = False

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        self.detail = detail or inspect.cleandoc(type(self).__doc__ or type(self).__name__)
        self.field = field
        super().__init__(self.detail)

    @property
    def code(self) -> str:
        """The class name in kebab-case, stable for clients: `OutOfStock` is `out-of-stock`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()


class NotFound(CartwrightError):
    """There is nothing by that id."""

    actor: ClassVar[Actor] = "user"


class Forbidden(CartwrightError):
    """This takes a role that you do not have."""

    actor: ClassVar[Actor] = "user"


class Invalid(CartwrightError):
    """A value is outside what is allowed."""

    actor: ClassVar[Actor] = "user"


class Conflict(CartwrightError):
    """The request does not fit the present state; read it again and decide anew."""

    actor: ClassVar[Actor] = "user"


class OutOfStock(Conflict):
    """There is less in stock than was asked for."""


class StaleCart(Conflict):
    """The cart was changed in the meantime; look at it again."""


class TooMany(CartwrightError):
    """That is more than one may do in this time; wait a moment."""

    actor: ClassVar[Actor] = "user"
    retry = True

    def __init__(self, detail: str | None = None, *, wait: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(detail)
        self.wait = wait


class Busy(CartwrightError):
    """The service is busy; try again in a moment."""

    actor: ClassVar[Actor] = "user"
    retry = True


class OperatorError(CartwrightError):
    """The installation needs a hand."""


class FolderLocked(OperatorError):
    """The data folder is in use by another server; stop that one or choose another folder."""


class FolderUnusable(OperatorError):
    """The data folder cannot be used; choose another one or change its owner."""


class ServerFailed(OperatorError):
    """The embedded PostgreSQL did not do what it was told; its log is in the data folder."""


class DatabaseUnreachable(OperatorError):
    """The database cannot be reached; look at DATABASE_URL and at whether the server runs."""


class WrongServer(OperatorError):
    """This PostgreSQL is of a version that Cartwright cannot use; 16 or later is needed."""


class MissingExtension(OperatorError):
    """pgvector 0.8 or later is needed in the database; install it on the server."""


class MigrationEdited(OperatorError):
    """A migration that was already applied has been edited; put the file back and add a new one."""


class MigrationFailed(OperatorError):
    """A migration could not be applied; nothing of it was kept."""


class DatabaseTooNew(OperatorError):
    """The database was migrated by a newer Cartwright; run that one."""


class ModelMissing(OperatorError):
    """The files of the embedding model are not in their package; install the locked requirements."""


class BadVectors(OperatorError):
    """The embedding model answered with vectors that cannot be used; check the model and its dimension."""
