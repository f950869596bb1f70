"""What a case runs under is kept as it was published, for as long as the case needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from engine import publishing
from engine.errors import Absent, Refused
from engine.ports import Store, UnitOfWork
from tests.store.samples import CALENDAR, Pins, a_process, a_rulebook


def publish(store: Store, *versions: str, label: str = "A plain process") -> None:
    with store.begin() as work:
        for version in versions:
            work.library.publish(a_process(version, label=label))
        work.commit()


def test_a_definition_comes_back_as_it_was_published(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        kept = work.library.process(pins.digest)
    assert kept == a_process()
    assert publishing.digest(kept) == pins.digest


def test_other_content_under_a_published_version_is_refused(store: Store, pins: Pins) -> None:
    """A case opened under version 1 must find version 1 as it was, for ever."""
    with store.begin() as work, pytest.raises(Refused) as refusal:
        work.library.publish(a_process(label="Changed"))
    (reason,) = refusal.value.reasons
    assert "Version 1 of 'Changed' is already published with other content" in reason
    assert "Give the changed process a new version" in reason
    with store.begin() as work:
        assert work.library.current("plain") == (pins.digest, a_process())


def test_publishing_the_same_again_changes_nothing(store: Store, pins: Pins) -> None:
    publish(store, "2", "1")
    with store.begin() as work:
        assert work.library.publish(a_process()) == pins.digest
        assert work.library.current("plain")[1].version == "2"


def test_new_cases_open_under_the_newest_version(store: Store, pins: Pins) -> None:
    publish(store, "10", "9")
    with store.begin() as work:
        assert work.library.current("plain")[1].version == "9"
        assert work.library.process(pins.digest).version == "1"


def test_each_process_has_one_definition_new_cases_open_under(store: Store, pins: Pins) -> None:
    publish(store, "10", "9")
    with store.begin() as work:
        work.library.publish(a_process(key="another"))
        found = work.library.openable()
        assert [(key, each.version) for key, each in found.items()] == [
            ("another", "1"),
            ("plain", "9"),
        ]


def test_the_rulebook_kept_last_is_the_current_one(store: Store, pins: Pins) -> None:
    """Putting the old numbers back makes them current again; both stay for their cases."""
    with store.begin() as work:
        second = work.library.keep_rules(a_rulebook("second"))
        assert work.library.current_rules() == (second, a_rulebook("second"))
        assert work.library.keep_rules(a_rulebook("first")) == pins.rules
        work.commit()
    with store.begin() as work:
        assert work.library.current_rules() == (pins.rules, a_rulebook("first"))
        assert work.library.rules(second).edition == "second"


def test_every_calendar_is_kept_and_the_last_one_is_current(store: Store, pins: Pins) -> None:
    proclaimed = CALENDAR.proclaim(date(2026, 12, 10), "A day of mourning")
    with store.begin() as work:
        work.library.keep_calendar(proclaimed)
        work.commit()
    with store.begin() as work:
        assert work.library.current_calendar() == proclaimed
        assert work.library.calendar(CALENDAR.snapshot) == CALENDAR
        assert list(work.library.calendars()) == [CALENDAR.snapshot, proclaimed.snapshot]
        work.library.keep_calendar(CALENDAR)
        assert work.library.current_calendar() == CALENDAR


ASKING: dict[str, Callable[[UnitOfWork], object]] = {
    "process": lambda work: work.library.process("x"),
    "current": lambda work: work.library.current("x"),
    "rules": lambda work: work.library.rules("x"),
    "calendar": lambda work: work.library.calendar("x"),
}


@pytest.mark.parametrize("which", ASKING)
def test_what_was_never_kept_is_absent(store: Store, pins: Pins, which: str) -> None:
    with store.begin() as work, pytest.raises(Absent):
        ASKING[which](work)


def test_a_house_without_a_rulebook_or_calendar_says_so(store: Store) -> None:
    with store.begin() as work:
        assert work.library.openable() == {}
        with pytest.raises(Absent, match="no rulebook yet"):
            work.library.current_rules()
        with pytest.raises(Absent, match="no calendar yet"):
            work.library.current_calendar()


def test_what_was_not_committed_is_current_for_nobody(store: Store, pins: Pins) -> None:
    with store.begin() as work:
        work.library.publish(a_process("2"))
        work.library.keep_rules(a_rulebook("second"))
        work.library.keep_calendar(replace(CALENDAR, closed={}))
        assert work.library.current("plain")[1].version == "2"
    with store.begin() as work:
        assert work.library.current("plain")[0] == pins.digest
        assert work.library.current_rules()[0] == pins.rules
        assert work.library.current_calendar() == CALENDAR
