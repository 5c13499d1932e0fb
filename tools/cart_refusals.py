"""What a cart refuses, as the model is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from storage.carts import NotForSale
from storage.errors import NotFound, OutOfStock
from tools.errors import NoLongerSold, NotEnoughStock, UnknownProduct


@contextmanager
def told_to_the_model(field: str | None = None) -> Iterator[None]:
    """Storage's refusals of a product become those that the model can act on; `field` says where it was named."""
    try:
        yield
    except NotFound as error:
        raise UnknownProduct(field=field or error.field) from error
    except OutOfStock as error:
        raise NotEnoughStock(error.detail, field=field or error.field) from error
    except NotForSale as error:
        raise NoLongerSold(field=field or error.field) from error
