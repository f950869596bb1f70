"""A unit of work is kept whole or not at all, and no change of another person's is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.case import Step
from engine.errors import Absent, HouseDown, Stale
from engine.ports import Store, UnitOfWork
from engine.roles import Person
from store.faults import CHANGED
from tests.store.samples import (
    HOUR,
    NOW,
    Pins,
    a_deadline,
    a_message,
    a_process,
    a_rulebook,
    further,
    keep,
    opening,
    read,
)


def write_everything(work: UnitOfWork, pins: Pins) -> None:
    """One write of every kind."""
    work.cases.next_number("PL", 2026)
    work.keep(opening(pins, deadlines=(a_deadline(),), owed=[a_message()], identity={"n": "v"}))
    work.library.publish(a_process("2"))
    work.library.keep_rules(a_rulebook("second"))
    work.people.put([Person("a@agency.example", "A", "Health")])


def what_stands(store: Store) -> tuple[object, ...]:
    with store.begin() as work:
        return (
            work.cases.references(),
            work.outbox.counts()["owed"],
            work.library.current("plain")[1].version,
            work.library.current_rules()[1].edition,
            len(work.people.directory().people),
            work.cases.next_number("PL", 2026),
        )


def test_leaving_without_a_commit_keeps_nothing(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        write_everything(work, pins)
    assert what_stands(store) == ((), 0, "1", "first", 0, 1)


def test_a_commit_keeps_everything(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        write_everything(work, pins)
        work.commit()
    assert what_stands(store) == (("PL-2026-0001",), 1, "2", "second", 1, 2)


def test_an_error_in_the_middle_keeps_nothing(store: Store, pins: Pins) -> None:
    def stumble() -> None:
        with store.begin() as work:
            write_everything(work, pins)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert what_stands(store) == ((), 0, "1", "first", 0, 1)


def test_a_rollback_keeps_nothing_and_the_unit_can_go_on(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        write_everything(work, pins)
        work.rollback()
        assert work.cases.references() == ()
        work.keep(opening(pins, "PL-2026-0007"))
        work.commit()
    assert what_stands(store)[0] == ("PL-2026-0007",)


def test_what_a_unit_wrote_it_reads_before_the_commit(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        write_everything(work, pins)
        assert work.cases.open("PL-2026-0001").deadlines == (a_deadline(),)
        assert work.library.current_rules()[1].edition == "second"
        assert work.people.directory().find("a@agency.example") is not None


def test_nobody_else_sees_what_is_not_committed(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        write_everything(work, pins)
        with store.begin() as other:
            assert other.cases.references() == ()
            assert other.people.directory().people == ()
            assert other.library.current_rules()[1].edition == "first"


def test_a_unit_that_reads_sees_one_moment(store: Store, pins: Pins) -> None:
    """A case and its record are read as they were together, whatever others do meanwhile."""
    case = keep(store, opening(pins))
    with store.begin() as work:
        seen = work.cases.open(case.reference)
        keep(store, further(case))
        assert work.cases.open(case.reference) == seen
        assert len(work.cases.events(case.reference)) == seen.revision


def test_the_second_of_two_changes_to_one_revision_is_refused(store: Store, pins: Pins) -> None:
    case = keep(store, opening(pins))
    mine, theirs = further(case, pseudonym="Mine"), further(case, pseudonym="Theirs")
    keep(store, theirs)
    with store.begin() as work, pytest.raises(Stale) as refusal:
        work.keep(mine)
    assert refusal.value.reasons == (CHANGED,)
    assert CHANGED == (
        "Somebody else has changed this case since you read it; look again and decide again."
    )
    assert read(store).pseudonym == "Theirs"


def test_the_read_may_be_older_than_the_write(store: Store, pins: Pins) -> None:
    """A decision on what has changed since it was read is refused, also within one unit."""
    case = keep(store, opening(pins))
    with store.begin() as work:
        seen = work.cases.open(case.reference)
        keep(store, further(case))
        with pytest.raises(Stale):
            work.keep(further(seen))
    assert read(store).revision == 2


def test_another_case_changed_meanwhile_does_not_matter(store: Store, pins: Pins) -> None:
    case = keep(store, opening(pins))
    other = keep(store, opening(pins, "PL-2026-0002"))
    with store.begin() as work:
        seen = work.cases.open(case.reference)
        keep(store, further(other))
        work.keep(further(seen))
        work.commit()
    assert (read(store).revision, read(store, other.reference).revision) == (2, 2)


def test_a_reference_is_opened_once(store: Store, pins: Pins) -> None:
    keep(store, opening(pins, pseudonym="First"))
    with store.begin() as work, pytest.raises(Stale):
        work.keep(opening(pins, pseudonym="Second"))
    assert read(store).pseudonym == "First"


def failing(pins: Pins) -> dict[str, Step]:
    """Steps a store cannot keep, each of which fails only after a part of it was written."""
    good = opening(pins, "PL-2026-0002", deadlines=(a_deadline(),))
    twice = (*good.events, *good.events)
    return {
        "refers to no definition": opening(Pins("unknown", pins.rules), "PL-2026-0002"),
        "refers to no rulebook": opening(Pins(pins.digest, "unknown"), "PL-2026-0002"),
        "one number for two events": replace(good, events=twice),
    }


@pytest.mark.parametrize(
    "which",
    ["refers to no definition", "refers to no rulebook", "one number for two events"],
)
def test_nothing_is_ever_half_written(store: Store, pins: Pins, which: str) -> None:
    """A step that cannot be kept takes the whole unit with it; committing it anyway is refused."""
    case = keep(store, opening(pins))
    with store.begin() as work:
        work.keep(further(case, owed=[a_message()]))
        with pytest.raises(HouseDown, match="nothing was saved"):
            work.keep(failing(pins)[which])
        with pytest.raises(HouseDown, match="none of it was saved"):
            work.commit()
        with pytest.raises(HouseDown, match="none of it was saved"):
            work.cases.references()
    assert read(store) == case
    assert what_stands(store)[:2] == (("PL-2026-0001",), 0)


def test_after_a_failure_and_a_rollback_work_goes_on(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        with pytest.raises(HouseDown):
            work.keep(opening(Pins("unknown", pins.rules)))
        work.rollback()
        work.keep(opening(pins))
        work.commit()
    assert read(store).revision == 1


def test_several_steps_on_one_case_in_one_unit(store: Store, pins: Pins) -> None:
    """A link is written on both records, and a holiday on every case, in one commit."""
    first = opening(pins)
    second = further(first.case, NOW + HOUR)
    assert keep(store, first, second) == second.case


def test_an_absent_case_is_absent_in_the_same_words(store: Store, pins: Pins) -> None:
    said = set()
    for ask in ("open", "events"):
        with store.begin() as work, pytest.raises(Absent) as refusal:
            getattr(work.cases, ask)("PL-2026-0404")
        said.add(refusal.value.reasons)
    assert len(said) == 1
    assert "PL-2026-0404" not in str(said)
