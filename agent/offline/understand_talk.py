"""Words that need no product: courtesy, questions about the shopkeeper, policies, what a shop cannot answer."""

from __future__ import annotations

import re

from agent.offline.clauses import Clause, containing, starting
from agent.offline.intents import Around, Policy, Talk
from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import (
    COURTESY,
    ELSEWHERE,
    ELSEWHERE_STARTS,
    FOREIGN,
    FOREIGN_ALONE,
    GREETINGS,
    POLICY,
    POLICY_PHRASES,
    PRAISE,
    THANKS,
)
from agent.offline.words import phrase, texts

_INTRODUCTION = phrase_table(
    "who are you, what are you, are you a, are you an, are you real, are you human, are you chatgpt, what can "
    "you, what do you do, how can you help, how does this work, what is your name, what model, which model, "
    "what is this, what can i do, what can i ask, how do you work, are you there"
)
_GOODBYE = frozenset({"bye", "goodbye", "ciao", "farewell"})
_GOODBYES = phrase_table("see you, good night, that is all, thats all, that is it, nothing else, i am done")
_REFUSALS = frozenset(
    phrase_table(
        "no, nope, nah, no thanks, no thank you, never mind, nevermind, not now, forget it, stop, cancel, lol, "
        "clear, reset, nothing, changed my mind, i changed my mind, i have changed my mind"
    )
)
_NOT_THOSE = word_set("no nope nah not none neither of these those that this them it one ones any either")
_DOING = word_set("add put buy order take remove delete empty change send cancel return")
_HUMAN = word_set("human person someone somebody people staff employee")
_TALKING = word_set("talk speak chat call connect")
_OVERVIEW = frozenset(
    phrase_table(
        "what do you sell, what do you have, what do you offer, what products do you have, what products do you sell, "
        "what can i buy, what can i buy here, what is there, what categories do you have, what brands do you have, "
        "which brands do you have, what stores do you have, do you have categories, show me your products, "
        "show me everything, show me what you have, what else do you sell, what is in the shop"
    )
)
_DISLIKES = phrase_table(
    "none of, i do not like, i do not want these, i do not want those, go back, start over, not what i"
)
_SENDING_BACK = word_set("return returning exchange refund send")
_SEARCHING = word_set("find search looking buy add compare remove sell recommend")
_ASKING = word_set("can could may do does is are how what when where which who will would should if tell about explain")
_IMPERATIVES_ELSEWHERE = phrase_table("give me, tell me, show me, what is, how is")
_CLOCK = phrase_table("what time is it, what is the time, what day is it, what is the date, what date is it")
_LETTERS = re.compile(r"[^\W\d_]")


def foreign(message: str) -> bool:
    """Whether most letters are of another script, or several words are of another language."""
    letters = _LETTERS.findall(message[:2_000])
    latin = sum(letter < "ɐ" for letter in letters)
    words = re.findall(r"[^\W\d_]+", message[:2_000].lower())
    other_script = len(letters) > 3 and latin * 2 < len(letters)
    return other_script or len(FOREIGN.intersection(words)) >= 2 or not FOREIGN_ALONE.isdisjoint(words)


def small_talk(clause: Clause) -> Talk | None:
    whole = texts(clause.whole)
    if (
        starting(clause.whole, _INTRODUCTION)
        or whole in (("help",), ("help", "me"))
        or " ".join(whole) == "help me please"
    ):
        cue = containing(clause.whole, (("recommend",), ("suggest",), ("find",), ("looking",)))
        return None if cue or (whole[:3] == ("what", "is", "this") and len(whole) > 3) else Talk("introduction")
    if (
        starting(clause.whole, _GOODBYES)
        or starting(clause.words, _GOODBYES)
        or (whole and whole[-1] in _GOODBYE and len(whole) <= 4)
    ):
        return Talk("goodbye")
    if starting(clause.whole, _CLOCK):
        return Talk("elsewhere")
    if texts(clause.words)[:2] == ("do", "not") and _DOING.intersection(texts(clause.words)[2:3]):
        return Talk("acknowledged")
    if _HUMAN.intersection(whole) and _TALKING.intersection(texts(clause.words[:2])):
        return Talk("human")
    if len(whole) > 1 and set(whole) <= _NOT_THOSE and {"no", "not", "none", "neither"} & set(whole):
        return Talk("not those")
    if starting(clause.whole, _DISLIKES):
        return Talk("acknowledged")
    if whole[1:2] == ("for",) and whole[0] in THANKS and len(whole) <= 6:
        return Talk("thanks")
    if whole in _REFUSALS or texts(clause.words) in _REFUSALS:
        return Talk("acknowledged")
    if containing(clause.whole, (("nice", "to", "meet"), ("how", "are", "you"))):
        return Talk("greeting")
    if not clause.words or all(
        word.text in COURTESY | PRAISE | {"very", "much", "a", "lot", "for", "your", "help"} for word in clause.words
    ):
        return _courtesy(whole)
    return None


def _courtesy(whole: tuple[str, ...]) -> Talk | None:
    spoken = frozenset(whole)
    if spoken & THANKS:
        return Talk("thanks")
    if spoken & GREETINGS or (whole[:1] == ("good",) and len(whole) == 2):
        return Talk("greeting")
    return Talk("acknowledged") if spoken & (COURTESY | PRAISE) else Talk("unclear") if whole else None


def overview(clause: Clause) -> Around | None:
    """ "what do you sell?" is answered by a few products: there are too many to list."""
    return Around("recommend", ()) if {texts(clause.words), texts(clause.whole)} & _OVERVIEW else None


def policy(clause: Clause) -> Policy | None:
    words = texts(clause.whole)
    if not (POLICY.intersection(words) or containing(clause.whole, POLICY_PHRASES)) or _SEARCHING.intersection(words):
        return None
    back = starting(
        clause.whole, (("i", "want"), ("i", "need"), ("i", "would", "like"))
    ) and _SENDING_BACK.intersection(words)
    asking = back or clause.question or len(words) <= 4 or words[0] in _ASKING or bool(_ASKING.intersection(words[:3]))
    return Policy(phrase(clause.whole)[:250]) if asking else None


def unanswerable(clause: Clause) -> Talk | None:
    words = clause.words
    elsewhere = ELSEWHERE.intersection(texts(words)) and starting(words, _IMPERATIVES_ELSEWHERE)
    selling = containing(
        words, (("looking", "for"), ("after",), ("shopping",), ("searching", "for"), ("need",), ("interested", "in"))
    )
    return Talk("elsewhere") if elsewhere or (starting(words, ELSEWHERE_STARTS) and not selling) else None
