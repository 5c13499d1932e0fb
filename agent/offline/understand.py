"""A shopper's message as intents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from agent.offline.clauses import Clause, clauses
from agent.offline.intents import (
    Add,
    Change,
    ChangeCart,
    Details,
    Intent,
    It,
    Pick,
    Reference,
    Refine,
    Search,
    ShowCart,
    Talk,
)
from agent.offline.tables import word_set
from agent.offline.understand_around import around
from agent.offline.understand_cart import change_cart, show_cart
from agent.offline.understand_order import destination, orders
from agent.offline.understand_products import compare, details, pick
from agent.offline.understand_return import moved, sent_back
from agent.offline.understand_search import anything, more, refine, search
from agent.offline.understand_suggest import suggest
from agent.offline.understand_talk import foreign, overview, policy, small_talk, unanswerable
from agent.offline.wish import Wish

_QUESTIONS = word_set(
    "what who why how when where which is are am was were do does did can could will would should has have"
)


def understand(message: str, names: AbstractSet[str] = frozenset()) -> tuple[Intent, ...]:
    """At least one intent for any text. `names`: singular words of the names of products shown in this chat."""
    if foreign(message):
        return (Talk("language"),)
    if (order := moved(message) or destination(message)) is not None:
        return (order,)
    found = (intent for clause in clauses(message) if (intent := _intent(message, clause, names)) is not None)
    return _joined(tuple(dict.fromkeys(found))) or (Talk("unclear"),)


def _intent(message: str, clause: Clause, names: AbstractSet[str]) -> Intent | None:
    return (
        small_talk(clause)
        or overview(clause)
        or around(clause)
        or sent_back(message, clause)
        or policy(clause)
        or orders(message, clause)
        or suggest(clause)
        or show_cart(clause)
        or change_cart(clause)
        or compare(clause)
        or more(clause)
        or details(clause, names)
        or pick(clause, names)
        or refine(clause)
        or unanswerable(clause)
        or _sought(clause)
        or Talk("unclear")
    )


def _sought(clause: Clause) -> Intent | None:
    found = search(clause)
    if found is None and clause.words and clause.words[0].text in _QUESTIONS:
        return Talk("elsewhere")
    found = found or anything(clause)
    return found if found is None or found.wishes else Talk("search for what")


def _meant(intents: Iterable[Intent]) -> Iterator[Intent]:
    """ "The second one looks nice, how big is it?": "it" is what the same message spoke of just before."""
    spoken: Reference | None = None
    for intent in intents:
        match intent:
            case Details((It(),), asked) if spoken is not None:
                yield Details((spoken,), asked)
            case ChangeCart(changes) if spoken is not None:
                yield ChangeCart(tuple(_of(change, spoken) for change in changes))
            case _:
                yield intent
        match intent:
            case Details((reference,)) | Pick((reference,)) if reference != It():
                spoken = reference


def _of(change: Change, spoken: Reference) -> Change:
    return replace(change, reference=spoken) if isinstance(change, Add) and change.reference == It() else change


def _only_refuses(intent: Intent) -> bool:
    return isinstance(intent, Refine) and intent == Refine(Wish("", refused=intent.wish.refused))


def _joined(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """All changes of the cart as one, which also shows it; all wishes as one search; no small talk beside a request."""
    changes: tuple[Change, ...] = tuple(
        c for intent in intents if isinstance(intent, ChangeCart) for c in intent.changes
    )
    wishes = tuple(wish for intent in intents if isinstance(intent, Search) for wish in intent.wishes)
    unwanted = tuple(r for intent in intents if isinstance(intent, Refine) for r in intent.wish.refused)
    if wishes and unwanted:
        wishes = tuple(replace(wish, refused=(*wish.refused, *unwanted)) for wish in wishes)
        intents = tuple(intent for intent in intents if not _only_refuses(intent))
    joined: list[Intent] = []
    for at, intent in enumerate(intents):
        match intent:
            case Pick((reference,)) if intents[at + 1 : at + 2] == (ChangeCart((Add(It()),)),):
                changes = (Add(reference), *changes[1:])
            case ChangeCart():
                joined.append(ChangeCart(changes))
            case ShowCart() if changes:
                continue
            case Search():
                joined.append(Search(tuple(dict.fromkeys(wishes))))
            case _:
                joined.append(intent)
    joined = list(_meant(dict.fromkeys(joined)))
    requests = tuple(intent for intent in joined if not isinstance(intent, Talk) or intent.topic == "elsewhere")
    telling = [intent for intent in joined if intent != Talk("greeting")]
    return requests or tuple((telling or joined)[:1])
