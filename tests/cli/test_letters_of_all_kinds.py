"""S8 over every letter there is a sample of: a reply proposes; a machine's letter never does."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from engine.letters import Letter, Status
from engine.replies import REPLIES
from tests.cli.desk import DOMAIN, SCHOOL, Desk, asked, counts, inside, send
from tests.cli.driver import MANAGER, ROOT, Home
from tests.notifications import letters
from workflows.mailing import collect_letters

TAKEN = {"received", "nil", "waived", "declined", *REPLIES}


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


def about(desk: Desk, raw: bytes, number: int = 1) -> bytes:
    """A sample as if it were about this house's message, with a Message-ID of its own."""
    for old, new in (
        (f"+{letters.KEY}@{letters.DOMAIN}", f"+{desk.key}@{DOMAIN}"),
        (letters.ORIGINAL, desk.message.message_id),
        (letters.PERSON.upper(), desk.message.recipient.upper()),
        (letters.PERSON, desk.message.recipient),
        ("<reply-1@", f"<reply-{number}@"),
        ("<dsn@", f"<dsn-{number}@"),
    ):
        raw = raw.replace(old.encode(), new.encode())
    return raw


def taken_in(desk: Desk, raws: list[bytes]) -> tuple[list[Letter], dict[str, int]]:
    """Collect letters one after the other; what the house keeps of them."""
    with inside(desk.home) as premises:
        found = collect_letters(premises.settings, premises.house, raws)
        with premises.store.begin() as work:
            kept = list(work.letters.list())
    names = ("read", "proposed", "kept", "bounces", "unmatched", "known")
    return kept, {name: getattr(found, name) for name in names}


def said(desk: Desk) -> str:
    """The case, its record and every message, as they stand."""
    tables = ("case", "event", "task", "deadline", "outbox", "attempt", "identity")
    return "\n".join(str(desk.home.rows(f'SELECT * FROM "{table}"')) for table in tables)


def test_every_answer_proposes_what_it_says_and_changes_nothing(desk: Desk) -> None:
    """In every wording and every program's quoting; what the task does not take is left open."""
    before, samples = said(desk), list(letters.answers())
    kept, told = taken_in(desk, [about(desk, s.raw, n) for n, s in enumerate(samples)])
    assert (told["read"], told["proposed"]) == (len(samples), len(samples))
    wrong = [
        (sample.name, letter.proposed)
        for sample, letter in zip(samples, kept, strict=True)
        if letter.proposed != (sample.answer if sample.answer in TAKEN else "")
        or letter.status is not Status.PROPOSED
        or letter.outbox != desk.message.id
    ]
    assert wrong == []
    assert said(desk) == before


def test_no_automatic_reply_proposes_anything(desk: Desk) -> None:
    """Though their words would be an answer from a person; an absence is noted with its day.

    Whoever is away past the date has somebody told instead, once; nothing moves by it.
    """
    samples = [*letters.automatic(), *letters.away()]
    tables, stands = ("task", "deadline", "attempt", "identity"), 'SELECT stage FROM "case"'
    before = [desk.home.rows(f'SELECT * FROM "{name}"') for name in tables]
    stage, lines = desk.home.rows(stands), len(desk.home.do("show", desk.reference)["events"])
    kept, told = taken_in(desk, [about(desk, s.raw, n) for n, s in enumerate(samples)])
    assert (told["kept"], told["proposed"]) == (len(samples), 0)
    wrong = [
        sample.name
        for sample, letter in zip(samples, kept, strict=True)
        if (letter.proposed, letter.status, letter.outbox, letter.kind, letter.back_on)
        != ("", Status.KEPT, desk.message.id, sample.kind, sample.back_on)
    ]
    assert wrong == []
    assert [desk.home.rows(f'SELECT * FROM "{name}"') for name in tables] == before
    assert desk.home.rows(stands) == stage
    events = desk.home.do("show", desk.reference)["events"][lines:]
    assert [event["kind"] for event in events] == ["deputised"]


@pytest.mark.parametrize("form", [letters.postfix, letters.exchange, letters.gmail_report])
@pytest.mark.parametrize("failure", [*letters.FAILURES, letters.DELAYED], ids=lambda f: f.status)
def test_only_a_bounce_for_good_refuses_its_message(
    desk: Desk, form: object, failure: letters.Failure
) -> None:
    """It joins the evidence; a full mailbox, a delay and a refusal of the house are noted alone."""
    send(desk)
    number = str(desk.message.id)
    assert callable(form)
    found = desk.collect(desk.file(about(desk, form(failure))))
    trouble = [1] if failure.kind == "ours" else []
    assert found == counts(read=1, bounces=1, trouble=trouble)
    shown = desk.home.do("outbox", "show", number)
    verdicts = [attempt["verdict"] for attempt in shown["attempts"]]
    hard = failure.kind == "hard" or failure.status == "4.4.7"
    assert shown["state"] == ("refused" if hard else "accepted")
    assert verdicts == (["accepted", "refused"] if hard else ["accepted"])
    words = failure.said.format(who=SCHOOL).partition("; ")[0]
    assert words in (shown["last_words"] if hard else desk.shown()["words"])
    letter = desk.last()
    assert (letter["kind"], letter["status"], letter["proposed"]) == ("bounce", "kept", "")
    assert desk.home.refused("letters", "confirm", "1", "--as", MANAGER, "--with", "nil")
    assert desk.home.refused("letters", "assign", "1", number, "--as", MANAGER)
    assert (desk.task["status"], desk.task["answer"]) == ("open", None)


def test_a_bounce_of_what_was_not_accepted_changes_no_message(desk: Desk) -> None:
    """A message that is still owed is tried all the same: the report may be of an older try."""
    raw = about(desk, letters.postfix(letters.FAILURES[0]))
    assert desk.collect(desk.file(raw)) == counts(read=1, bounces=1)
    shown = desk.home.do("outbox", "show", str(desk.message.id))
    assert (shown["state"], shown["attempts"]) == ("owed", [])


KILLED = """
import os, signal, sys
from pathlib import Path
from workflows.mailing import collect_letters
from workflows.wiring import enter
with enter(Path(sys.argv[1])) as premises:
    raw = Path(sys.argv[2]).read_bytes()
    collect_letters(premises.settings, premises.house, [raw])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_house_killed_after_a_letter_was_stored_has_it_once(desk: Desk) -> None:
    """The flag was never set, so the letter is read again, and known."""
    letter = desk.letter()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(desk.home.folder), str(letter)],
        cwd=ROOT, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done
    assert desk.collect(letter) == counts(read=1, known=1)
    assert len(desk.listed()) == 1
