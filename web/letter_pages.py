"""The holding pen on a page: letters that came in, what each proposes, and what a person does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from engine import dealing, letterbox
from engine.errors import Refused
from engine.length import in_words, parse_day
from engine.letters import Letter, Status, choices
from web.case_page import situation_for
from web.doors import READERS_OF_MAIL, Asked, Door
from web.listing import Act, Cell, Table, listing
from web.look import moment_words
from web.mail_pages import number_in
from web.visits import note_reading

_STATES = {
    Status.PROPOSED: "Proposed: wait for somebody to confirm or dismiss them",
    Status.UNMATCHED: "Unmatched: a person must look",
    Status.KEPT: "Kept: written by a machine",
    Status.CONFIRMED: "Confirmed: in the record",
    Status.DISMISSED: "Dismissed",
}
_PRIVATE = "These are the sender's own words. They may name a child: keep them to yourself."


def letters_page(asked: Asked) -> Response:
    """Every letter by what became of it, without its words."""
    with asked.premises.house.store.begin() as work:
        found = work.letters.list()
    columns = ("Letter", "Case", "From", "Came in", "Proposes", "Why it is here")
    tables = [
        Table(words, columns, [_row(x) for x in reversed(found) if x.status is status], "None.")
        for status, words in _STATES.items()
    ]
    return listing(asked, "Letters", *tables)


def _row(letter: Letter) -> Sequence[Cell]:
    return (
        (f"{letter.id}", f"/letters/{letter.id}"),
        (letter.case, f"/cases/{letter.case}") if letter.case else "",
        letter.sender,
        moment_words(letter.received_at),
        letter.proposed.replace("_", " "),
        letter.reason,
    )


def letter_page(asked: Asked) -> Response:
    """One letter with its words, and what may be done with it."""
    with asked.premises.house.store.begin() as work:
        letter = work.letters.get(number_in(asked))
    if letter.case:
        situation_for(asked, letter.case)
        note_reading(asked, letter.case, "letter")
    with asked.premises.house.store.begin() as work:
        may: Sequence[str] = ()
        if letter.outbox is not None:
            may = choices(letterbox.answered(work, work.outbox.get(letter.outbox)))
    facts = (
        ("From", letter.sender or "nobody who can be told"),
        ("Came in", moment_words(letter.received_at)),
        ("State", _STATES[letter.status]),
        ("Proposes", letter.proposed.replace("_", " ") or "nothing"),
        ("Away until", in_words(letter.back_on) if letter.back_on else "no day was given"),
        ("Why it is here", letter.reason or "it answers a message"),
        ("Words", letter.words or "none that could be read"),
    )
    return listing(
        asked,
        f"Letter {letter.id}",
        intro=(_PRIVATE,),
        facts=facts,
        acts=list(_acts(letter, may)),
        back=("Letters", "/letters"),
    )


def _acts(letter: Letter, may: Sequence[str]) -> list[Act]:
    here = f"/letters/{letter.id}"
    acts = []
    if letter.status is Status.PROPOSED:
        answers = f"The answer: {', '.join(may)}"
        fields = (
            ("with", answers, letter.proposed),
            ("by", "The day, for the answer later, like 2026-01-31", ""),
        )
        acts.append(Act("confirm", f"{here}/confirm", "Confirm", fields))
    if letter.status in (Status.UNMATCHED, Status.PROPOSED):
        field = ("message", "The number of the message it answers", str(letter.outbox or ""))
        acts.append(Act("assign", f"{here}/assign", "Say where it belongs", (field,)))
    if letter.status in (Status.PROPOSED, Status.UNMATCHED, Status.KEPT):
        acts.append(Act("dismiss", f"{here}/dismiss", "Dismiss", (("reason", "Why", ""),)))
    return acts


def confirm(asked: Asked) -> Response:
    """Record what a letter says."""
    number, given = number_in(asked), asked.form.get("with", "").strip()
    dealing.confirm(asked.premises.house, number, asked.caller, given, _by(asked))
    return asked.go(f"/letters/{number}")


def _by(asked: Asked) -> date | None:
    text = asked.form.get("by", "").strip()
    try:
        return parse_day(text) if text else None
    except ValueError as fault:
        raise Refused([f"the day: {fault}"]) from None


def assign(asked: Asked) -> Response:
    """Say which message a letter answers."""
    number, text = number_in(asked), asked.form.get("message", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - no row has more
        raise Refused(["the number of a message is needed"])
    dealing.assign(asked.premises.house, number, int(text), asked.caller)
    return asked.go(f"/letters/{number}")


def dismiss(asked: Asked) -> Response:
    """Put a letter aside."""
    number = number_in(asked)
    dealing.dismiss(asked.premises.house, number, asked.caller, asked.form.get("reason", ""))
    return asked.go(f"/letters/{number}")


DOORS = (
    Door("/letters", "GET", "letters", READERS_OF_MAIL, letters_page),
    Door("/letters/{number}", "GET", "letter", READERS_OF_MAIL, letter_page),
    Door("/letters/{number}/confirm", "POST", "confirm-letter", READERS_OF_MAIL, confirm),
    Door("/letters/{number}/assign", "POST", "assign-letter", READERS_OF_MAIL, assign),
    Door("/letters/{number}/dismiss", "POST", "dismiss-letter", READERS_OF_MAIL, dismiss),
)
