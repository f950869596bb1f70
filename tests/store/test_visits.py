"""Who is signed in, and what each person read: alike in every kind of store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.keys import HIGHEST
from engine.ports import Store
from engine.visits import IDLE, LONGEST, Access, Visit
from tests.store.courier import owe
from tests.store.samples import Pins, a_message

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
VISIT = Visit("a" * 64, "chair@panel.example", NOW, NOW)


def test_a_visit_is_found_by_its_cookie_alone_and_can_be_ended_once(store: Store) -> None:
    """Whoever signs out is out at once, and a second time changes nothing."""
    with store.begin() as work:
        work.visits.begin(VISIT)
        work.commit()
    later = NOW + timedelta(minutes=5)
    with store.begin() as work:
        work.visits.see(VISIT.digest, later)
        work.commit()
    with store.begin() as work:
        found = work.visits.find(VISIT.digest)
        assert found == Visit(VISIT.digest, VISIT.email, NOW, later)
        assert work.visits.find("b" * 64) is None
        work.visits.end(VISIT.digest, later)
        work.visits.end(VISIT.digest, later + IDLE)
        work.commit()
    with store.begin() as work:
        ended = work.visits.find(VISIT.digest)
    assert ended is not None
    assert ended.ended == later
    assert not ended.is_open(later)


def test_a_persons_own_visits_that_nobody_ended_are_found(store: Store) -> None:
    """In the order in which they began, and nobody else's."""
    later = replace(VISIT, digest="c" * 64, began=NOW + IDLE, seen=NOW + IDLE, half=True)
    ended = replace(VISIT, digest="d" * 64)
    theirs = replace(VISIT, digest="e" * 64, email="other@panel.example")
    with store.begin() as work:
        for visit in (later, ended, theirs, VISIT):
            work.visits.begin(visit)
        work.visits.end(ended.digest, NOW)
        work.commit()
    with store.begin() as work:
        assert tuple(work.visits.of(VISIT.email)) == (VISIT, later)
        assert tuple(work.visits.of("nobody@panel.example")) == ()


def test_a_visit_ends_by_itself_after_half_an_hour_of_nothing_or_eight_hours() -> None:
    """The limits hold to the second, and no clock that was put back makes a visit longer."""
    assert VISIT.is_open(NOW + IDLE)
    assert not VISIT.is_open(NOW + IDLE + timedelta(seconds=1))
    busy = Visit(VISIT.digest, VISIT.email, NOW, NOW + LONGEST)
    assert busy.is_open(NOW + LONGEST)
    assert not busy.is_open(NOW + LONGEST + timedelta(seconds=1))
    assert not VISIT.is_open(NOW - timedelta(hours=1))


def test_old_visits_are_let_go(store: Store) -> None:
    """A cookie's row is needed for a day; what people read is kept for good."""
    with store.begin() as work:
        work.visits.begin(VISIT)
        work.commit()
    with store.begin() as work:
        assert work.visits.forget(NOW) == 0
        assert work.visits.forget(NOW + timedelta(seconds=1)) == 1
        work.commit()
    with store.begin() as work:
        assert work.visits.find(VISIT.digest) is None


def test_what_somebody_reads_of_a_case_is_kept_beside_its_record(store: Store, pins: Pins) -> None:
    """Each reading is kept, in order, and those of one case are no other's."""
    owe(store, pins, a_message())
    first = Access(NOW, "chair@panel.example", "PL-2026-0001", "case")
    second = Access(NOW, "auditor@panel.example", "PL-2026-0001", "why")
    with store.begin() as work:
        work.visits.note(first)
        work.visits.note(second)
        work.commit()
    with store.begin() as work:
        assert tuple(work.visits.accesses("PL-2026-0001")) == (first, second)
        assert tuple(work.visits.accesses("PL-2026-0002")) == ()


def test_the_latest_readings_come_first_by_case_by_person_and_in_parts(
    store: Store, pins: Pins
) -> None:
    """Whoever audits goes back through them without losing or seeing one twice."""
    owe(store, pins, a_message())
    readers = ["chair@panel.example", "auditor@panel.example"] * 3
    with store.begin() as work:
        for number, email in enumerate(readers):
            at = NOW + timedelta(minutes=number)
            work.visits.note(Access(at, email, "PL-2026-0001", "case"))
        work.commit()
    with store.begin() as work:
        everything = work.visits.latest("", "", HIGHEST, 10)
        assert [access.email for _, access in everything] == readers[::-1]
        assert [access.at for _, access in everything] == [
            NOW + timedelta(minutes=number) for number in reversed(range(6))]  # fmt: skip
        first = work.visits.latest("PL-2026-0001", "", HIGHEST, 4)
        rest = work.visits.latest("PL-2026-0001", "", first[-1][0], 4)
        assert (*first, *rest) == tuple(everything)
        chair = work.visits.latest("PL-2026-0001", "chair@panel.example", HIGHEST, 10)
        assert {access.email for _, access in chair} == {"chair@panel.example"}
        assert tuple(work.visits.latest("", "chair@panel.example", HIGHEST, 10)) == tuple(chair)
        assert len(chair) == 3
        assert tuple(work.visits.latest("PL-2026-0002", "", HIGHEST, 10)) == ()
