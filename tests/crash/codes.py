"""A one-time code asked for, typed in and used, cut off at every point like any other command."""

from __future__ import annotations

from engine import deciding, links, offers
from engine.codes import KIND, code_in
from engine.keys import key_of
from engine.outbox import Message
from tests.crash.premises import caller
from workflows.wiring import Premises

TOKEN, FRESH, NONCE = "the browser's token", "its token from then on", "chance"


def _asked(premises: Premises) -> Message:
    """The message that asks whom a dispute concerns to acknowledge it."""
    with premises.store.begin() as work:
        return next(m for m in work.outbox.list(case="DR-2026-0001") if m.about.get("task"))


def _key(premises: Premises) -> str:
    return key_of(premises.store.secret, _asked(premises))


def ask(premises: Premises) -> None:
    """A code is kept by its digest and mailed: it, the step and the message are one commit."""
    deciding.ask(premises.house, _key(premises), TOKEN, NONCE)


def enter(premises: Premises) -> None:
    """The code that was mailed is typed in: the try is counted first, then the page opens, once."""
    with premises.store.begin() as work:
        mail = next(m for m in work.outbox.list() if m.kind == KIND)
    typed = code_in(premises.store.secret.latest, mail.case, mail.anchor, mail.recipient)
    deciding.enter(premises.house, _key(premises), TOKEN, typed, FRESH)


def opened(premises: Premises) -> None:
    """The page of a code stands open."""
    ask(premises)
    enter(premises)


def decide(premises: Premises) -> object:
    """The task is answered on the page: the step, and that the page has ended, are one commit."""
    house, key = premises.house, _key(premises)
    with premises.store.begin() as work:
        seen = offers.picture(work.cases.open(_asked(premises).case))
    given = {"reason": "As agreed."}
    return deciding.decide(house, key, FRESH, "answer:T1:waived", given, seen)


def take_back(premises: Premises) -> object:
    """A link ends for good, and its person is owed another one."""
    number, manager = _asked(premises).id, caller("business_manager")
    return links.revoke(premises.house, number, manager, "It was passed on.", again=True)
