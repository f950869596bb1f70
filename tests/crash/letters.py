"""What comes in by mail, cut off at every point like any other command."""

from __future__ import annotations

from datetime import datetime

from engine import dealing, letterbox, unreached
from engine.answering import question, respond
from engine.keys import key_of
from engine.length import parse_instant
from engine.letters import HARD, Failure, Incoming, Kind
from engine.outbox import Attempt, Message, Verdict
from engine.replies import Reply
from tests.crash.premises import START, caller
from workflows.wiring import Premises

ASKED, COURIER = "lead@police.example", "a courier"
MANAGER = caller("business_manager")
NO_SUCH_USER = "550 5.1.1 no such user"


def message(premises: Premises) -> Message:
    """The message that asks an agency for its return."""
    with premises.store.begin() as work:
        return next(m for m in work.outbox.list() if m.recipient == ASKED and m.about.get("task"))


def _incoming(premises: Premises, kind: Kind, keyed: bool = True, **more: object) -> Incoming:
    keys = (key_of(premises.store.secret, message(premises)),) if keyed else ()
    return Incoming("<one@police.example>", keys, (), ASKED, kind, **more)  # type: ignore[arg-type]


def take_in(premises: Premises) -> object:
    """An answer comes in: kept as it came, matched and proposed."""
    incoming = _incoming(premises, Kind.ANSWER, words="Nil return.", answer="nil")
    return letterbox.take_in(premises.house, incoming, b"From: lead\n\nNil return.")


def stray(premises: Premises) -> object:
    """An answer that names no message comes in."""
    incoming = _incoming(premises, Kind.ANSWER, keyed=False, words="Nil return.", answer="nil")
    return letterbox.take_in(premises.house, incoming, b"From: lead\n\nNil return.")


def bounced(premises: Premises) -> object:
    """A message comes back: it is refused after all, and somebody else is told, in one commit."""
    failure = Failure(HARD, NO_SUCH_USER)
    incoming = _incoming(premises, Kind.BOUNCE, failure=failure)
    return letterbox.take_in(premises.house, incoming, b"From: MAILER-DAEMON\n\n" + HARD.encode())


def all_sent(premises: Premises) -> None:
    """Every message was accepted by the mail server."""
    _carried(premises, Attempt(_now(), COURIER, Verdict.ACCEPTED, 250, "ok", "after_dot"))


def one_refused(premises: Premises) -> None:
    """The server does not know somebody who was asked, and nobody was told instead yet."""
    with premises.store.begin() as work:
        for each in work.outbox.list():
            if each.recipient != ASKED:
                work.outbox.park(each.id, "not today")
        work.commit()
    _carried(premises, Attempt(_now(), COURIER, Verdict.REFUSED, 550, NO_SUCH_USER, "rcpt"))


def _carried(premises: Premises, attempt: Attempt) -> None:
    with premises.store.begin() as work:
        for each in work.outbox.claim(attempt.at, parse_instant("2026-06-01T11:00"), COURIER, 500):
            work.outbox.settle(each, attempt)
        work.commit()


def _now() -> datetime:
    return parse_instant(START)


def confirm(premises: Premises) -> object:
    """A person confirms what a letter proposes: the letter and the step are one commit."""
    return dealing.confirm(premises.house, _letter(premises), MANAGER)


def dismiss(premises: Premises) -> object:
    return dealing.dismiss(premises.house, _letter(premises), MANAGER, "a slip")


def assign(premises: Premises) -> object:
    number = message(premises).id
    return dealing.assign(premises.house, _letter(premises), number, MANAGER)


def _letter(premises: Premises) -> int:
    with premises.store.begin() as work:
        return work.letters.list()[0].id


def by_link(premises: Premises) -> object:
    """Whoever was asked answers from the email."""
    key = key_of(premises.store.secret, message(premises))
    choice = next(iter(question(premises.house, key).answers), "nil")
    return respond(premises.house, key, choice, Reply(choice))


def look_after(premises: Premises) -> object:
    """Somebody is told in place of everyone whose server refused a message."""
    return unreached.look_after(premises.house)
