"""The instruments themselves: what is broken on purpose is found, and what is whole is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine import casework, record
from engine.case import Step
from engine.errors import HouseDown
from engine.situation import Situation
from notifications.lane import Lane
from notifications.run import Run
from store.house import create_house
from tests import postgres
from tests.crash.bench import Bench
from tests.crash.commands import COMMANDS, DISPUTE, RAPID_REVIEW, Command
from tests.crash.premises import caller, found, furnish
from tests.crash.sink import listening
from tests.faults.invariants import faults, replayed
from tests.faults.rows import orphans, references, wire
from workflows.wiring import Premises

FIRST = "(SELECT min(id) FROM outbox)"
DAMAGE = {
    "an event is gone from the middle of a record": (
        "I1", 'DELETE FROM event WHERE sequence = 2 AND "case" LIKE \'RR%\''
    ),
    "an event is gone from the end of a record": (
        "I1", 'DELETE FROM event WHERE sequence = 4 AND "case" LIKE \'RR%\''
    ),
    "a step was counted that was not kept": ("I1", 'UPDATE "case" SET revision = revision + 1'),
    "a number was given to nobody": ("I1", "UPDATE number SET last = last + 1"),
    "who did it was changed": ("I2", "UPDATE event SET actor = 'somebody@else.example'"),
    "the record was cut short and its head was not": (
        "I2", "UPDATE \"case\" SET seal = 'another'"
    ),
    "a message is not there": ("I3", f"DELETE FROM outbox WHERE id = {FIRST}"),
    "a message is there that nobody owed": (
        "I3", f"UPDATE outbox SET anchor = 'made up' WHERE id = {FIRST}"
    ),
    "a message is accepted and no try says so": (
        "I4", f"UPDATE outbox SET state = 'accepted' WHERE id = {FIRST}"
    ),
    "a try was counted that was not kept": (
        "I4", f"UPDATE outbox SET tries = 1 WHERE id = {FIRST}"
    ),
    "a date is not what the record says": (
        "I5", "UPDATE deadline SET due = '2031-01-01T00:00:00+00:00'"
    ),
    "a stage is not what the record says": ("I5", "UPDATE \"case\" SET stage = 'closed'"),
    "a case is gone and its rows are not": ("I6", "DELETE FROM \"case\" WHERE reference LIKE 'D%'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def damaged(memory: Path) -> Iterator[Bench]:
    """A house on SQLite, and its mail server."""
    with listening(memory / "caught") as sink:
        premises = found(memory / "house", f"sqlite:///{memory / 'house.db'}", sink.port)
        furnish(premises)
        premises.store.close()
        yield Bench(premises, sink)


@pytest.fixture
def premises(damaged: Bench) -> Iterator[Premises]:
    damaged.home.put_back()
    yield damaged.premises
    damaged.premises.store.close()


def broken(premises: Premises) -> set[str]:
    """The names of the invariants that are broken."""
    said = [*faults(premises.settings.database_url, ()), *replayed(premises.house)]
    return {"I5" if not fault.startswith("I") else fault[:2] for fault in said}


def test_nothing_is_found_in_a_whole_house(premises: Premises) -> None:
    assert broken(premises) == set()


@pytest.mark.parametrize("what", DAMAGE)
def test_each_damage_is_found(premises: Premises, what: str) -> None:
    which, damage = DAMAGE[what]
    with wire(premises.settings.database_url) as opened:
        assert opened.execute(damage).rowcount
    assert which in broken(premises)


def test_a_mail_that_nobody_owed_is_found(premises: Premises) -> None:
    said = faults(premises.settings.database_url, ["<a.stranger@waymark.example>"])
    assert said == ["I4 <a.stranger@waymark.example> arrived and was never owed"]


def test_a_row_without_the_row_it_refers_to_is_found_in_postgres(postgres_url: str) -> None:
    """There the database itself forbids it, so its own rule is taken away first."""
    postgres.empty(postgres_url)
    create_house(postgres_url, practice=True, area="Norland", mail_domain="mail.example")
    references.cache_clear()
    assert ("identity", "case", "case", "reference") in references(postgres_url)
    with wire(postgres_url) as opened:
        opened.execute("ALTER TABLE identity DROP CONSTRAINT fk_identity_case_case")
        opened.execute("INSERT INTO identity VALUES ('CD-2026-0001', 'name', 'Wren')")
    assert list(orphans(postgres_url)) == ["I6 1 rows of identity refer to no row of case"]


def _torn(premises: Premises) -> None:
    """A link as it must not be made: each half in a commit of its own."""
    house, manager = premises.house, caller("business_manager")
    for mine, other, kind in (
        (DISPUTE, RAPID_REVIEW, "rapid_review"),
        (RAPID_REVIEW, DISPUTE, "dispute"),
    ):
        casework.decide(house, mine, manager, _linking(other, kind))


def _linking(other: str, kind: str) -> Callable[[Situation], Step]:
    return lambda situation: record.link(situation, other, kind, {})


def test_a_command_that_can_be_half_done_is_found(damaged: Bench) -> None:
    torn = Command("torn", _torn)
    with pytest.raises(AssertionError, match="it was half done"):
        damaged.die_everywhere(torn)
    with pytest.raises(AssertionError, match="the process could not go on"):
        damaged.fail_everywhere(torn)


def _unheard(premises: Premises) -> None:
    """A note whose failure nobody is told of."""
    with suppress(HouseDown):
        casework.note(premises.house, DISPUTE, caller("business_manager"), "Seen.")


def test_a_command_that_fails_without_a_word_is_found(damaged: Bench) -> None:
    with pytest.raises(AssertionError, match="the process could not go on"):
        damaged.fail_everywhere(Command("unheard", _unheard))


def test_a_courier_that_settles_too_late_is_found(
    damaged: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that sends all it has before it says so would repeat more than one mail a death."""
    settle, carry = Run.settle, Lane.carry
    late: list[Any] = []

    async def send_all(lane: Lane) -> None:
        await carry(lane)
        while late:
            settle(lane.run, *late.pop(0))

    monkeypatch.setattr(Run, "settle", lambda _run, *tried: late.append(tried))
    monkeypatch.setattr(Lane, "carry", send_all)
    deliver = next(command for command in COMMANDS if command.name == "deliver")
    with pytest.raises(AssertionError, match="2 mails came once more"):
        damaged.die_everywhere(deliver, every=7)
