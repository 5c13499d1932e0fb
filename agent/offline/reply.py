"""The whole shopkeeper as one pure function: messages and tools in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from agent.offline.around import around
from agent.offline.carting import change_cart, show_cart
from agent.offline.comparing import compare
from agent.offline.detailing import details
from agent.offline.intents import (
    AcceptCart,
    Add,
    Around,
    CancelOrder,
    ChangeCart,
    Compare,
    Details,
    Exchange,
    Intent,
    It,
    More,
    MoveOrder,
    Ordinal,
    Pick,
    PlaceOrder,
    Policy,
    Reference,
    Refine,
    Search,
    SendBack,
    ShowCart,
    ShowOrders,
    SuggestCarts,
    TakeOutAll,
    Talk,
)
from agent.offline.memory import Memory, after, remember
from agent.offline.ordering import cancel_order, place_order, show_orders
from agent.offline.returning import exchange, move_order, send_back
from agent.offline.scene import Scene
from agent.offline.script import Call, Finished, Script, advance
from agent.offline.searching import more, refine, search
from agent.offline.suggesting import accept, suggest
from agent.offline.telling import policy, talk, understood
from agent.offline.understand import understand
from agent.offline.wire import Toolbox, Turn, read_toolbox, read_turns

# Each step of an answer reads the chat again: a bound keeps a long chat from stalling the others.
_MOST_ROUNDS, _REMEMBERED = 8, 40


@dataclass(frozen=True, slots=True)
class Reply:
    """Text in Markdown, or tool calls. `reasoning`: a sentence on how the message was taken, in its first reply."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    reasoning: str = ""


def reply(messages: Iterable[object], tools: Iterable[object] | None) -> Reply:
    """The same messages and tools give the same reply. Never raises, whatever the messages hold."""
    turns = read_turns(messages)
    if not turns:
        return _spoken(Talk("introduction"))
    *past, now = turns[-_REMEMBERED:]
    memory = remember(past)
    if now.pictures and not now.text.strip():
        return _spoken(Talk("pictures"))
    intents = _answering(understand(now.text, memory.names), past, memory)
    return _played(intents, memory, now, read_toolbox(tools))


def _spoken(intent: Talk) -> Reply:
    scene = Scene(Memory(), Toolbox({}, {}))
    finished = advance(talk(intent, scene), (), ())
    return Reply(finished.text if isinstance(finished, Finished) else "")


def _played(intents: tuple[Intent, ...], memory: Memory, now: Turn, tools: Toolbox) -> Reply:
    """The scripts of a turn run side by side; one that points at what another finds waits for it."""
    calls: list[Call] = []
    texts: list[str] = []
    for intent in intents:
        if calls and _points_back(intent, intents):
            break
        shown = after(memory, now.log) if _points_back(intent, intents) else memory
        state = advance(
            _script(intent, Scene(shown, tools)), now.log, tools.arguments, exhausted=now.rounds >= _MOST_ROUNDS
        )
        if isinstance(state, Finished):
            texts.append(state.text)
        else:
            calls += [wanted for wanted in state.calls if wanted not in calls]
    reasoning = "" if now.rounds else understood(intents)
    return (
        Reply(calls=tuple(calls), reasoning=reasoning)
        if calls
        else Reply("\n\n".join(dict.fromkeys(texts)), reasoning=reasoning)
    )


def _points_back(intent: Intent, intents: tuple[Intent, ...]) -> bool:
    """ "find kettles and compare the first two"."""
    return (
        isinstance(intents[0], Search)
        and intent is not intents[0]
        and isinstance(intent, (Around, ChangeCart, Compare, Details, Pick))
    )


def _answering(intents: tuple[Intent, ...], past: list[Turn], memory: Memory) -> tuple[Intent, ...]:
    """A bare "the second one" after our "which one do you mean?" completes the request that was asked about."""
    if (number := _cart_chosen(intents, memory)) is not None:
        return (AcceptCart(number),)
    if len(intents) != 1 or not isinstance(intents[0], Pick):
        return intents
    picked = intents[0].references
    while past and _asks(past[-1]):
        *past, asked = past
        for earlier in understand(asked.text, remember(past).names):
            if completed := _completed(earlier, picked):
                return (completed,)
    return (Details(picked),)


def _cart_chosen(intents: tuple[Intent, ...], memory: Memory) -> int | None:
    """The number in "take the second one" once carts have been suggested."""
    if not memory.suggested or len(intents) != 1:
        return None
    match intents[0]:
        case ChangeCart((Add(Ordinal(number), 1),)) | Pick((Ordinal(number),)):
            return number
        case ChangeCart((Add(It(), 1),)) | Pick((It(),)) if len(memory.suggested) == 1 and not memory.focus:
            return 1
        case _:
            return None


def _asks(turn: Turn) -> bool:
    """Whether we answered it with a question and changed nothing."""
    return turn.said.rstrip().endswith("?") and all(call.name != "update_cart" for call, _ in turn.log)


def _completed(intent: Intent, picked: tuple[Reference, ...]) -> Intent | None:
    match intent:
        case ChangeCart((change,)) if not isinstance(change, TakeOutAll):
            return ChangeCart(tuple(replace(change, reference=reference) for reference in picked))
        case Details(asked=asked):
            return Details(picked, asked)
        case Around(what):
            return Around(what, picked)
        case _:
            return None


def _script(intent: Intent, scene: Scene) -> Script:
    match intent:
        case Search():
            return search(intent, scene)
        case Refine():
            return refine(intent, scene)
        case PlaceOrder():
            return place_order(intent, scene)
        case ShowOrders():
            return show_orders(intent, scene)
        case CancelOrder():
            return cancel_order(intent, scene)
        case SendBack():
            return send_back(intent, scene)
        case Exchange():
            return exchange(intent, scene)
        case MoveOrder():
            return move_order(intent, scene)
        case More():
            return more(intent, scene)
        case Details():
            return details(intent, scene)
        case Pick(references):
            return details(Details(references), scene)
        case Compare():
            return compare(intent, scene)
        case ChangeCart():
            return change_cart(intent, scene)
        case ShowCart():
            return show_cart(intent, scene)
        case SuggestCarts():
            return suggest(intent, scene)
        case AcceptCart():
            return accept(intent, scene)
        case Around():
            return around(intent, scene)
        case Policy():
            return policy(intent, scene)
        case Talk():
            return talk(intent, scene)
