"""A house's outbox in memory, a clock moved by hand, and mail settings that wait seconds only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self, cast

from engine.errors import Absent, Refused
from engine.outbox import AWAY, Attempt, Message, State, message_id, settle
from engine.ports import Store
from notifications.dialogue import Envelope
from notifications.letterhead import Letterhead
from notifications.outcome import Outcome
from notifications.post import Post
from notifications.smtp import Connection

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DOMAIN = "waymark.example"

ABOUT = {
    "reference": "RR-2024-0001",
    "process_label": "Rapid review",
    "stage_label": "Gathering information",
    "kind": "asked",
    "title": "Agency return: due in 3 working days",
    "asks": "Please return your agency's information by the due date.",
    "otherwise": "The business manager will ring your agency.",
    "because": "you hold the role Business manager",
    "due": "2025-01-15T23:59:59+00:00",
    "due_words": "Wednesday 15 January 2025",
    "raw_due_words": "",
    "standing_words": "National guidance",
    "citation": "",
    "task": "T1",
    "answer_words": "received or nil return",
    "provisional": "",
    "urgent": "",
    "previous_due_words": "",
}


def a_letterhead(**changes: Any) -> Letterhead:
    usual: dict[str, Any] = {
        "partnership": "Example Safeguarding Children Partnership",
        "sender_name": "Waymark",
        "sender": "reviews@waymark.example",
        "reply_to": "business.manager@partnership.example",
        "phone": "01632 960123",
        "domain": DOMAIN,
        "practice": True,
    }
    return Letterhead(**usual | changes)


def a_post(port: int = 25, **changes: Any) -> Post:
    usual: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "letterhead": a_letterhead(),
        "courier": "here:1:a",
        "security": "none",
        "opening": 5.0,
        "command": 5.0,
        "body": 5.0,
        "after_dot": 5.0,
        "lease": 120.0,
    }
    return Post(**usual | changes)


def a_message(number: int = 1, **changes: Any) -> Message:
    about = ABOUT | changes.pop("about", {})
    recipient = changes.pop("recipient", f"person{number}@agency.example")
    case = ABOUT["reference"]
    identity = message_id(case, f"asked/{number}", recipient, DOMAIN)
    usual = Message(
        number, case, f"asked/{number}", "asked", recipient, "", False, about, identity, NOON
    )
    return replace(usual, **{"next_at": NOON} | changes)


def opened(mail: bytes) -> EmailMessage:
    """A mail as its reader's program takes it from the wire."""
    return message_from_bytes(mail, policy=policy.default)


async def sent(
    line: Connection, mail: bytes, to: str = "person@agency.example", following: str = ""
) -> Outcome:
    """One mail over a connection, as a courier sends it; following is to whom the next one goes."""
    sender = a_letterhead().sender
    ahead = Envelope(sender, following) if following else None
    return (
        await line.ready()
        or await line.offer(Envelope(sender, to))
        or await line.give(mail, ahead)
        or await line.result()
    )


class HandClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


class Mailroom:
    """The outbox of a house in memory; it begins units of work and knows which stand open."""

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self.messages = {m.id: m for m in messages}
        self.leases: dict[int, tuple[str, datetime]] = {}
        self.tries: dict[int, list[Attempt]] = {}
        self.reasons: dict[int, str] = {}
        self.given_back: list[int] = []
        self.open_units = self.commits = 0
        self.held = False

    @property
    def store(self) -> Store:
        return cast(Store, self)

    @property
    def on_hold(self) -> bool:
        return self.held

    def begin(self) -> _Unit:
        return _Unit(self)

    def states(self) -> list[State]:
        return [m.state for m in self.messages.values()]

    # The port of the outbox, as the store keeps it.

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        if self.held:
            return []
        free = [m for m in self.messages.values() if self._is_free(m, now)]
        free.sort(key=lambda m: (not m.urgent, m.owed_at, m.id))
        for message in free[:limit]:
            self.leases[message.id] = (courier, until)
        return free[:limit]

    def _is_free(self, message: Message, now: datetime) -> bool:
        _, until = self.leases.get(message.id, ("", now))
        owed = message.state is State.OWED and (message.next_at or NOON) <= now
        return owed and until <= now

    def settle(self, message: Message, attempt: Attempt) -> bool:
        courier, until = self.leases.get(message.id, ("", attempt.at))
        if courier != attempt.courier or until <= attempt.at:
            return False
        kept = self.messages[message.id]
        state, again = settle(kept, attempt.verdict, attempt.at)
        self.messages[message.id] = replace(
            kept, state=state, next_at=again, tries=kept.tries + 1, last_words=attempt.words
        )
        self.tries.setdefault(message.id, []).append(attempt)
        del self.leases[message.id]
        return True

    def let_go(self, message: Message, courier: str) -> None:
        if self.leases.get(message.id, ("", NOON))[0] == courier:
            del self.leases[message.id]
            self.given_back.append(message.id)

    def hasten(self, now: datetime) -> int:
        waiting = [m for m in self.messages.values() if m.id not in self.leases and self._away(m)]
        for message in waiting:
            self.messages[message.id] = replace(message, next_at=now)
        return len(waiting)

    def _away(self, message: Message) -> bool:
        tries = self.tries.get(message.id, [])
        return message.state is State.OWED and bool(tries) and tries[-1].moment in AWAY

    def park(self, number: int, reason: str) -> None:
        if number not in self.messages:
            raise Absent(["There is no such message."])
        if self.messages[number].state is not State.OWED:
            raise Refused(["Only an owed message can be parked."])
        self.messages[number] = replace(self.messages[number], state=State.PARKED, next_at=None)
        self.reasons[number] = reason
        self.leases.pop(number, None)


class _Unit:
    """A unit of work on the room; it only counts, because a test here never rolls back."""

    def __init__(self, room: Mailroom) -> None:
        self.outbox = room

    def commit(self) -> None:
        self.outbox.commits += 1

    def __enter__(self) -> Self:
        self.outbox.open_units += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.outbox.open_units -= 1
