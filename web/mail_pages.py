"""The pages of what the house owes and sent: every message, in every state, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from engine.errors import Absent
from engine.outbox import Attempt, Message, State
from web.doors import KEEPERS, Asked, Door
from web.listing import Act, Cell, Table, listing
from web.look import moment_words

_STATES = {
    State.OWED: "Owed: it will be tried until it is taken, refused or parked",
    State.PARKED: "Parked: it waits for a person",
    State.REFUSED: "Refused: the server said no for good",
    State.ACCEPTED: "Accepted by the mail server",
    State.DROPPED: "Dropped: what it says was no longer so",
}
_FIRST = (State.PARKED, State.REFUSED, State.OWED, State.DROPPED, State.ACCEPTED)
_MOST = 200


def messages_page(asked: Asked) -> Response:
    """Every message by its state; those that wait for a person come first."""
    case = asked.query.get("case", "")
    with asked.premises.house.store.begin() as work:
        found = work.outbox.list(case=case)
    tables = [
        Table(
            _STATES[state],
            ("Message", "Case", "What", "To", "Owed since", "Last words"),
            [_row(m) for m in reversed(found) if m.state is state][:_MOST],
            "None.",
        )
        for state in _FIRST
    ]
    heading = f"Messages about {case}" if case else "Messages"
    return listing(asked, heading, *tables)


def _row(message: Message) -> Sequence[Cell]:
    return (
        (f"{message.id}", f"/messages/{message.id}"),
        (message.case, f"/cases/{message.case}") if message.case else "",
        message.about.get("title", "") or message.kind,
        message.recipient or f"nobody ({message.role})",
        moment_words(message.owed_at),
        message.last_words,
    )


def message_page(asked: Asked) -> Response:
    """One message with the evidence of each try, and what a person can do about it."""
    with asked.premises.house.store.begin() as work:
        message = work.outbox.get(number_in(asked))
        attempts = work.outbox.attempts(message.id)
    facts = (
        ("About", message.about.get("title", "") or message.kind),
        ("To", message.recipient or "nobody: tell them another way"),
        ("State", _STATES[message.state]),
        ("Owed since", moment_words(message.owed_at)),
        ("Message-ID", message.message_id),
        ("Last words of the server", message.last_words or "none yet"),
    )
    columns = ("When", "Moment", "Verdict", "Code", "Words", "Queue id", "Wording")
    table = Table("Tries", columns, list(map(_try, attempts)), "It has not been tried yet.")
    acts = tuple(_acts(message))
    return listing(
        asked,
        f"Message {message.id}",
        table,
        facts=facts,
        acts=acts,
        back=("Messages", "/messages"),
    )


def _try(attempt: Attempt) -> Sequence[Cell]:
    return (
        moment_words(attempt.at), attempt.moment, str(attempt.verdict), attempt.code or "",
        attempt.words, attempt.queue_id, attempt.template,
    )  # fmt: skip


def _acts(message: Message) -> list[Act]:
    if message.state is State.OWED:
        reason = ("reason", "Why, for instance that they were told by telephone", "")
        return [Act("park", f"/messages/{message.id}/park", "Park it", (reason,))]
    if message.state in (State.PARKED, State.REFUSED) and message.recipient:
        return [Act("release", f"/messages/{message.id}/release", "Owe it again")]
    return []


def park(asked: Asked) -> Response:
    """Take an owed message out of sending."""
    reason = asked.form.get("reason", "").strip() or "parked by hand"
    with asked.premises.house.store.begin() as work:
        work.outbox.park(number_in(asked), reason)
        work.commit()
    return asked.go(f"/messages/{number_in(asked)}")


def release(asked: Asked) -> Response:
    """Owe a parked or refused message again."""
    house = asked.premises.house
    with house.store.begin() as work:
        work.outbox.release(number_in(asked), house.clock.now())
        work.commit()
    return asked.go(f"/messages/{number_in(asked)}")


def number_in(asked: Asked) -> int:
    """The number in the address. Errors: Absent where it is none."""
    text = asked.path["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - no row has more
        raise Absent(["there is no such message"])
    return int(text)


DOORS = (
    Door("/messages", "GET", "messages", KEEPERS, messages_page),
    Door("/messages/{number}", "GET", "message", KEEPERS, message_page),
    Door("/messages/{number}/park", "POST", "park", KEEPERS, park),
    Door("/messages/{number}/release", "POST", "release", KEEPERS, release),
)
