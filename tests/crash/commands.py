"""The commands that are cut off at every point, each on a case that is ready for it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import asking, casework, digesting, record, upkeep
from engine.asking import Agency
from engine.case import Meeting, Step
from engine.casework import House
from engine.errors import Refused
from engine.length import parse_instant
from engine.outbox import Attempt, Message, Verdict
from engine.situation import Situation
from tests.crash import codes, letters
from tests.crash.premises import DIED, TODAY, at, caller
from tests.crash.sink import NOBODY
from tests.workflows.deaths import DEATH, DECISIONS
from workflows.couriers import FOLDER
from workflows.wiring import Premises, deliver_now

DEATH_REVIEW, DISPUTE = "CD-2026-0001", "DR-2026-0001"
RAPID_REVIEW, PRACTICE_REVIEW = "RR-2026-0001", "PR-2026-0001"
# A courier of this machine: those of another are left to their leases.
COURIER = f"{socket.gethostname()}-1-gone"
ONCE, LOOKS, ALWAYS = "refused", "looks first", "repeatable"


@dataclass(frozen=True)
class Command:
    """A command; what is made ready for it; and what becomes of it where it was done already.

    again: "refused", where the house itself sees that it was done; "looks first", where a person
    has to look; "repeatable", where doing it again changes nothing.
    """

    name: str
    do: Callable[[Premises], object]
    ready: Callable[[Premises], object] = id
    again: str = ONCE
    changes: bool = True


def _decided(
    name: str,
    reference: str,
    role: str,
    seen: int,
    decide: Callable[[Situation], Step],
    ready: Callable[[Premises], object] = id,
) -> Command:
    def do(premises: Premises) -> object:
        return casework.decide(premises.house, reference, caller(role), decide, seen)

    return Command(name, do, ready)


def _hold(situation: Situation) -> Step:
    return record.hold(situation, "criminal", TODAY)


def _held(premises: Premises) -> None:
    casework.decide(premises.house, PRACTICE_REVIEW, caller("review_chair"), _hold)


def _open(premises: Premises) -> Step:
    facts = {**DEATH, **DIED}
    return casework.open_case(
        premises.house, "child_death_review", caller("practitioner"), facts, "Wren"
    )


def _refused(premises: Premises) -> None:
    """An opening that is refused after its number was given, which is given back."""
    with suppress(Refused):
        casework.open_case(premises.house, "child_death_review", caller("practitioner"), {})


def _advance(premises: Premises) -> Step:
    doctor = caller("designated_doctor")
    return casework.advance(premises.house, DEATH_REVIEW, doctor, "decide", DECISIONS, seen=2)


def _overtaken(premises: Premises) -> None:
    _dispute(premises, "overtake", 1)


def _take_back(premises: Premises) -> Step:
    """A case that was closed by mistake is reopened."""
    return _dispute(premises, "take_back", 2)


def _dispute(premises: Premises, action: str, seen: int) -> Step:
    given, manager = {"reason": "By mistake."}, caller("business_manager")
    return casework.advance(premises.house, DISPUTE, manager, action, given, seen)


def _link(premises: Premises) -> Step:
    manager = caller("business_manager")
    return casework.link(premises.house, DISPUTE, manager, RAPID_REVIEW, "rapid_review")


def _proclaim(premises: Premises, dry_run: bool = False) -> object:
    day, manager = date(2026, 6, 4), caller("business_manager")
    return upkeep.proclaim(premises.house, day, "A day of mourning", manager, dry_run)


def _dry_run(premises: Premises) -> object:
    """What proclaiming would do: it is done, shown, and taken back."""
    return _proclaim(premises, dry_run=True)


def _few_left(premises: Premises) -> None:
    """All but three messages are taken out of sending; one of the three nobody will take."""
    with premises.store.begin() as work:
        owed = work.outbox.list()
        wanted = {m.id for m in owed if m.recipient == NOBODY}
        wanted |= {m.id for m in owed[:2]}
        for message in owed:
            if message.id not in wanted:
                work.outbox.park(message.id, "not today")
        work.commit()


def _one_died(premises: Premises) -> None:
    """Few messages are left, and a courier that is no more had claimed two of them."""
    _few_left(premises)
    _claim(premises, 2)
    folder = premises.home / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / COURIER).touch()


def _claim(premises: Premises, most: int) -> None:
    now = premises.house.clock.now()
    with premises.store.begin() as work:
        work.outbox.claim(now, parse_instant("2026-06-01T11:00"), COURIER, most)
        work.commit()


def _park(premises: Premises) -> None:
    """Every message is taken out of sending."""
    with premises.store.begin() as work:
        for message in work.outbox.list():
            work.outbox.park(message.id, "not today")
        work.commit()


def _send_again(premises: Premises) -> None:
    """A message that was taken out of sending is owed again."""
    with premises.store.begin() as work:
        first = min(message.id for message in work.outbox.list())
        work.outbox.release(first, premises.house.clock.now())
        work.commit()


def _deliver(premises: Premises) -> None:
    """Two rounds: the first finds somebody who cannot be reached, the second tells another."""
    deliver_now(premises)
    deliver_now(premises)


def _settle(premises: Premises) -> list[bool]:
    """Three messages, each settled in a unit of its own: accepted, put off and refused."""
    verdicts = (Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED)
    with premises.store.begin() as work:
        messages = work.outbox.list()
    pairs = zip(_first_three(messages), verdicts, strict=True)
    return [_settled(premises.house, message, verdict) for message, verdict in pairs]


def _first_three(messages: Any) -> list[Message]:
    return sorted(messages, key=lambda m: (not m.urgent, m.owed_at, m.id))[:3]


def _settled(house: House, message: Message, verdict: Verdict) -> bool:
    now = house.clock.now()
    with house.store.begin() as work:
        attempt = Attempt(now, COURIER, verdict, 250, "as it was said", "after_dot")
        kept = work.outbox.settle(message, attempt)
        work.commit()
    return kept


AGENCIES = [Agency("School", "head@school.example"), Agency("Council", "lead@council.example")]

COMMANDS = (
    Command("open", _open, again=LOOKS),
    Command("advance", _advance),
    _decided(
        "record", DEATH_REVIEW, "cdop_coordinator", 2,
        lambda s: record.record(s, {"nhs_number": "999 000 0018"}, "A slip of the pen."),
    ),
    _decided(
        "extend", PRACTICE_REVIEW, "review_chair", 1,
        lambda s: record.extend(s, "inform_panel", date(2026, 7, 1), "Agreed."),
    ),
    _decided("hold", PRACTICE_REVIEW, "review_chair", 1, _hold),
    _decided(
        "release", PRACTICE_REVIEW, "review_chair", 2,
        lambda s: record.release(s, "criminal", TODAY), _held,
    ),
    _decided(
        "meeting", PRACTICE_REVIEW, "review_chair", 1,
        lambda s: record.meeting(s, Meeting(TODAY, 9, 7, "panel")),
    ),
    _decided("note", PRACTICE_REVIEW, "review_chair", 1, lambda s: record.note(s, "Seen.")),
    _decided(
        "recuse", PRACTICE_REVIEW, "review_chair", 1,
        lambda s: record.recuse(s, caller("practitioner").email, "A relation."),
    ),
    _decided(
        "ask", RAPID_REVIEW, "business_manager", 4, lambda s: asking.ask(s, AGENCIES)
    ),
    _decided(
        "answer", RAPID_REVIEW, "business_manager", 4, lambda s: asking.answer(s, "T1", "received")
    ),
    Command("reopen", _take_back, _overtaken),
    Command("link", _link),
    Command("sweep", lambda p: upkeep.sweep(at(p, "2026-06-06T10:00").house), again=ALWAYS),
    Command("proclaim", _proclaim),
    Command("digest", lambda p: digesting.owe_digests(p.house, 7), again=ALWAYS),
    Command("refused opening", _refused, again=ALWAYS, changes=False),
    Command("dry run", _dry_run, again=ALWAYS, changes=False),
    Command("deliver", _deliver, _one_died, ALWAYS),
    Command("settle", _settle, lambda p: _claim(p, 3), ALWAYS),
    Command("send again", _send_again, _park),
    Command("answer by link", letters.by_link),
    Command("ask for a code", codes.ask, again=LOOKS),
    Command("type a code in", codes.enter, codes.ask),
    Command("decide with a code", codes.decide, codes.opened),
    Command("take a link back", codes.take_back),
    Command("take in a letter", letters.take_in, again=ALWAYS),
    Command("take in a bounce", letters.bounced, letters.all_sent, ALWAYS),
    Command("confirm a letter", letters.confirm, letters.take_in),
    Command("assign a letter", letters.assign, letters.stray, ALWAYS),
    Command("dismiss a letter", letters.dismiss, letters.take_in),
    Command("look after the refused", letters.look_after, letters.one_refused, ALWAYS),
)  # fmt: skip
