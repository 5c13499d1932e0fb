"""The real shop behind the steps of the reference: the same functions over storage that every door calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid4

from storage import cart_changes, carts, order_cancelling, order_placing, orders, suggested_carts
from storage.audit import Cause
from storage.carts import Cart
from storage.database import Connection, Database
from storage.errors import CartwrightError
from storage.order_placing import Placement
from storage.orders import Order
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from storage.suggested_carts import Proposal
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import BERLIN
from tests.support.reference_shop import (
    STORES,
    USERS,
    Accept,
    Cancel,
    Clear,
    Dismiss,
    Goods,
    Place,
    Put,
    SeenCart,
    SeenOrder,
    State,
    Step,
    Stock,
    Suggest,
)

_NOBODYS = uuid4()
_TOLD = """
    select action as what, count(*)::int as times from audit_log where user_id = any($1) group by 1
    union all
    select event_type, count(*)::int from interactions where user_id = any($1) group by 1
    """


@dataclass(slots=True)
class RealShop:
    """`people` by session, `products` and `stores` by number; `suggestions` and `orders` as they were made."""

    database: Database
    stores: list[Store]
    products: list[Product]
    people: list[Person]
    suggestions: list[UUID] = field(default_factory=list)
    orders: list[UUID] = field(default_factory=list)

    @classmethod
    async def made(cls, database: Database) -> RealShop:
        """A shop with rows of its own, as the reference begins."""
        async with database.transaction() as conn:
            stores = [await make_store(conn) for _ in sorted(set(STORES))]
            goods = Goods()
            products = [await make_product(conn, stores[at], price=goods.price, stock=goods.stock) for at in STORES]
            users = [await make_person(conn) for _ in sorted(set(USERS))]
            people = [Person(users[user].user_id, await _session(conn, users[user]), True, "user") for user in USERS]
        return cls(database, stores, products, people)

    async def do(self, step: Step) -> str:
        """Take a step in a transaction; `ok`, or the code of the error that refused it."""
        try:
            async with self.database.transaction() as conn:
                made = await self._do(conn, step)
        except CartwrightError as refused:
            return refused.code
        # In the order of the commits: of two at once, whoever is told first.
        self.suggestions += [made] if isinstance(step, Suggest) and made else []
        self.orders += [made] if isinstance(step, Place) and made else []
        return "ok"

    async def _do(self, conn: Connection, step: Step) -> UUID | None:
        match step:
            case Put(session, product, quantity, seen):
                person, product_id = self.people[session], self.products[product].id
                if seen is None:
                    cart_id = await carts.open_for(conn, person, product_id)
                else:
                    cart_id = await self._held(conn, person, STORES[product], seen)
                await cart_changes.put(conn, person, cart_id, product_id, quantity, Cause())
            case Clear(session, store, seen):
                person = self.people[session]
                if seen is None:
                    cart_id = (await carts.open_in(conn, person, self.stores[store].id)).id
                else:
                    cart_id = await self._held(conn, person, store, seen)
                await cart_changes.clear(conn, person, cart_id, Cause())
            case Suggest(session, store, items):
                told = {self.products[product].id: quantity for product, quantity in items}
                proposal = Proposal(title="A kit", reason="It fits.", score=50, items=told)
                cart = await suggested_carts.suggest(
                    conn, self.people[session], self.stores[store].id, proposal, Cause()
                )
                return cart.id
            case Accept(session, suggestion):
                await suggested_carts.accept(conn, self.people[session], self._suggestion(suggestion), Cause())
            case Dismiss(session, suggestion):
                await suggested_carts.dismiss(conn, self.people[session], self._suggestion(suggestion), Cause())
            case Place(session, store, seen):
                person = self.people[session]
                ids = await carts.own_ids(conn, person, self.stores[store].id)
                wanted = Placement(cart_id=ids[0] if ids else _NOBODYS, version=seen, shipping=BERLIN)
                return (await order_placing.place(conn, person, wanted, Cause())).id
            case Cancel(session, order):
                person, order_id = self.people[session], self._order(order)
                await order_cancelling.cancel(
                    conn, person, await orders.own_id(conn, person, order_id), "no more", Cause()
                )
            case Stock(product, price, discount, stock, active):
                await change_product(
                    conn,
                    self.products[product],
                    price=price,
                    discount_percent=Decimal(discount),
                    stock=stock,
                    is_active=active,
                )
            case _:
                assert_never(step)
        return None

    async def _held(self, conn: Connection, person: Person, store: int, seen: int) -> UUID:
        ids = await carts.own_ids(conn, person, self.stores[store].id)
        cart_id = ids[0] if ids else _NOBODYS
        await carts.hold(conn, person, cart_id, {seen})
        return cart_id

    def _suggestion(self, number: int) -> UUID:
        return self.suggestions[number] if number < len(self.suggestions) else _NOBODYS

    def _order(self, number: int) -> UUID:
        return self.orders[number] if number < len(self.orders) else _NOBODYS

    async def state(self) -> State:
        """Everything that can be seen of the shop, read as its doors read it."""
        numbers = {product.id: number for number, product in enumerate(self.products)}
        stores = {store.id: number for number, store in enumerate(self.stores)}
        users = {person.user_id: USERS[session] for session, person in enumerate(self.people)}
        async with self.database.connection() as conn:
            own = {
                (users[person.user_id], stores[cart.store_id]): _seen(cart, numbers)
                for person in {person.user_id: person for person in self.people}.values()
                for cart in await carts.page(conn, person, limit=9)
            }
            suggested = await carts.many(conn, self.suggestions)
            placed = await orders.get_many(conn, self.orders)
            stock = await conn.fetch("select id, stock from products where id = any($1)", list(numbers))
            told = await conn.fetch(_TOLD, list(users))
        return State(
            carts=own,
            suggestions=[
                (
                    cart.suggestion.outcome if cart.suggestion else "none",
                    tuple(
                        sorted(
                            (numbers[item.product_id], item.quantity, item.unit_price, item.taken, item.left_out)
                            for item in cart.items
                        )
                    ),
                )
                for cart in suggested
            ],
            stock=[row["stock"] for row in sorted(stock, key=lambda row: numbers[row["id"]])],
            orders=[_ordered(order, numbers, users) for order in placed],
            told={row["what"]: row["times"] for row in told},
        )


def _seen(cart: Cart, numbers: Mapping[UUID, int]) -> SeenCart:
    items = sorted(
        (numbers[item.product_id], item.quantity, item.unit_price, item.price_now, item.obstacle) for item in cart.items
    )
    return cart.version, cart.total, tuple(items)


def _ordered(order: Order, numbers: Mapping[UUID, int], users: Mapping[UUID, int]) -> SeenOrder:
    items = sorted((numbers[item.product_id], item.quantity, item.unit_price) for item in order.items)
    return users[order.user_id], order.status, order.total, tuple(items)


async def _session(conn: Connection, person: Person) -> UUID:
    """Another session of the same person."""
    session: UUID = await conn.fetchval(
        "insert into sessions (user_id, token_hash, expires_at) values ($1, $2, now() + interval '1 day') returning id",
        person.user_id,
        uuid4().bytes * 2,
    )
    return session
