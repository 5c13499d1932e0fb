"""Answers from the store's policies, and the shopkeeper's few fixed sentences."""

from __future__ import annotations

from agent.offline.answer import failure, wish_words
from agent.offline.intents import (
    Around,
    CancelOrder,
    Compare,
    Details,
    Exchange,
    Intent,
    More,
    MoveOrder,
    Pick,
    PlaceOrder,
    Policy,
    Refine,
    Search,
    SendBack,
    ShowCart,
    ShowOrders,
    SuggestCarts,
    Talk,
    Topic,
)
from agent.offline.markdown import bold, plain, said
from agent.offline.scene import Scene
from agent.offline.script import Done, Script, call
from agent.offline.shop import Passage, each

_PASSAGES, _LENGTH = 3, 600
_WHAT_I_DO = (
    "I can search the shop (“running shoes under 80”), show and compare products (“compare the first two”), "
    "put carts together (“put together a coffee kit under 150”), "
    "keep your cart (“add two of the second one”), order what is in it (“order it”) "
    "and quote the shop's policies (“can I return shoes?”)."
)
_OFFLINE = "I am the offline shopkeeper: a set of fixed rules, because no language model is configured here."
_SENTENCES: dict[Topic, str] = {
    "greeting": f"Hello! {_OFFLINE} {_WHAT_I_DO}",
    "introduction": f"{_OFFLINE} {_WHAT_I_DO}",
    "thanks": "You are welcome. Tell me if you need anything else.",
    "goodbye": "Goodbye, and thank you for stopping by.",
    "acknowledged": "All right. Tell me what to look for, or name a product for its details.",
    "elsewhere": f"That is outside what I can answer: I am a shopkeeper that works by fixed rules. {_WHAT_I_DO}",
    "unclear": f"I did not understand that: I work by fixed rules. {_WHAT_I_DO}",
    "search for what": "Tell me what you are looking for, and I will search for it.",
    "human": "There is no person here to pass you on to. Ask me for the shop's policies, or write to the shop itself.",
    "not those": "All right, not those. Say “more” for others, or what should be different: “cheaper”, “in red”.",
    "language": f"I am sorry, I understand only English. {_WHAT_I_DO}",
    "pictures": f"I cannot look at pictures. Describe in words what you are looking for. {_WHAT_I_DO}",
}  # fmt: skip


def talk(intent: Talk, scene: Scene) -> Script:
    yield from ()
    return _SENTENCES[intent.topic]


def policy(intent: Policy, scene: Scene) -> Script:
    (outcome,) = yield [call("search_policies", question=intent.question)]
    if not isinstance(outcome, Done):
        return failure("look into the shop's policies", outcome)
    passages = [passage for passage in each(Passage, outcome.value.get("passages")) if passage.text.strip()]
    if not passages:
        return f"The shop's policies say nothing about {said(intent.question)}. Please ask the shop itself."
    several = len({passage.store for passage in passages}) > 1
    quotes = [
        f"{bold(_headed(passage, several))}\n\n> {plain(_flowing(passage.text), _LENGTH)}"
        for passage in passages[:_PASSAGES]
    ]
    return "\n\n".join(("The shop's policies say:", *quotes))


def _headed(passage: Passage, several: bool) -> str:
    """What the passage stands under; where stores differ, the store too."""
    title = passage.title or "Policy"
    return f"{title} of {passage.store}" if several and passage.store else title


def _flowing(text: str) -> str:
    """A heading in the first line becomes the beginning of the sentence after it, a table one sentence a row."""
    first, _, rest = _told(text).strip().partition("\n")
    return f"{first.rstrip()}: {rest}" if rest and len(first) < 60 and first[-1:].isalnum() else text


def _told(text: str) -> str:
    lines: list[str] = []
    names: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            names = []
            lines.append(line)
        elif not names:
            names = cells
        elif any(cell.strip("-: ") for cell in cells):
            told = (f"{name} {cell}" for name, cell in zip(names[1:], cells[1:], strict=False) if cell)
            lines.append(f"{cells[0]}: {', '.join(told)}.")
    return "\n".join(lines)


def understood(intents: tuple[Intent, ...]) -> str:
    """One sentence of what a message was taken for; empty when it needs no thought."""
    taken = [words for intent in intents if (words := _taken(intent))]
    return f"Taken as: {', then '.join(taken)}." if taken else ""


def _taken(intent: Intent) -> str:
    match intent:
        case Search(wishes):
            return "a search for " + " and ".join(wish_words(wish) for wish in wishes)
        case Refine():
            return "the last search, narrowed down"
        case More():
            return "more of the last search"
        case Details() | Pick():
            return "a question about a product"
        case Compare():
            return "a comparison"
        case Around("reviews"):
            return "a question what others say"
        case Around("recommend"):
            return "a wish for a recommendation"
        case Around():
            return "something about the wishlist"
        case Policy():
            return "a question for the shop's policies"
        case SuggestCarts():
            return "a wish for several things together"
        case PlaceOrder():
            return "a wish to order"
        case ShowOrders():
            return "a question about orders"
        case CancelOrder():
            return "a wish to cancel an order"
        case SendBack():
            return "a wish to send something back"
        case Exchange():
            return "a wish for another variant of what was ordered"
        case MoveOrder():
            return "another address for an order"
        case ShowCart():
            return "a look into the cart"
        case Talk():
            return ""
        case _:
            return "a change of the cart"
