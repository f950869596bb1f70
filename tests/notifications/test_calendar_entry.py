"""The date of a message as an entry of its reader's calendar, read back as their program does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.errors import Refused
from engine.london import end_of_day
from engine.notices import when_words
from engine.outbox import TAKEN_BACK
from notifications.message import compose
from tests.notifications.mailroom import ABOUT, DOMAIN, NOON, a_letterhead, a_message, opened
from tests.notifications.test_templates import _text

DATED = {
    "due": "2026-12-15T23:59:59+00:00",
    "due_words": "Tuesday 15 December 2026 (Agency return)",
    "citation": "Working Together 2023",
    "clock": "agency_return/T1/1",
    "sequence": "7",
}
TOLD = {"reference", "title", "asks", "due_words", "otherwise", "standing_words", "citation"}
PROPERTIES = {
    "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "CLASS", "TRANSP",
    "ORGANIZER", "ATTENDEE",
}  # fmt: skip
TREE = [
    "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    "application/ics",
]  # fmt: skip


def _mail(**changes: Any) -> EmailMessage:
    """The mail of a message with a date, as its reader's program takes it from the wire."""
    about = DATED | changes.pop("about", {})
    letterhead, now = changes.pop("letterhead", a_letterhead()), changes.pop("now", NOON)
    raw = compose(a_message(about=about, **changes), letterhead, now)
    return opened(raw)


def _bytes(mail: EmailMessage) -> bytes | None:
    """The calendar's own text; None where the mail has none."""
    parts = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert len(parts) <= 1
    return parts[0].get_payload(decode=True) if parts else None  # type: ignore[return-value]


def _calendar(mail: EmailMessage) -> Any:
    content = _bytes(mail)
    assert content is not None
    return Calendar.from_ical(content)


def _event(mail: EmailMessage) -> Any:
    (event,) = _calendar(mail).subcomponents
    return event


def _dated(due: datetime, by_hour: bool = False) -> dict[str, str]:
    words = when_words(due, by_hour)
    return {"due": due.isoformat(), "due_words": f"{words} (Agency return)"}


def test_the_entry_says_what_the_message_says() -> None:
    """Reference, title, what is asked, by when, what otherwise and why then; for its one reader."""
    event = _event(_mail())
    facts = ABOUT | DATED
    assert event["summary"] == f"[Practice] {facts['reference']}: {facts['title']}"
    assert str(event["description"]).splitlines() == [
        f"What is asked: {facts['asks']}",
        f"By when: {facts['due_words']}",
        f"If nothing is done: {facts['otherwise']}",
        f"Why then: {facts['standing_words']}: {facts['citation']}",
    ]
    assert event["organizer"] == "mailto:business.manager@partnership.example"
    assert event["attendee"] == "mailto:person1@agency.example"
    assert dict(event["attendee"].params) == {"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    assert (event["class"], event["transp"]) == ("PRIVATE", "TRANSPARENT")
    assert event.decoded("dtstamp") == NOON == _mail()["Date"].datetime
    assert {*event} == PROPERTIES


def test_the_calendar_around_it_asks_for_no_alarm_and_no_time_zone() -> None:
    """A reminder is a mail; a day and a moment in UTC need no time zone."""
    calendar = _calendar(_mail())
    assert dict(calendar) == {"VERSION": "2.0", "PRODID": "-//Waymark//EN", "METHOD": "REQUEST"}
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]


def test_practice_is_marked_in_the_calendar_and_real_dates_are_not() -> None:
    """Nobody plans a day around a practice date."""
    real = _mail(letterhead=a_letterhead(practice=False))
    assert str(_event(_mail())["summary"]).startswith("[Practice] RR-")
    assert str(_event(real)["summary"]).startswith("RR-")


@pytest.mark.parametrize("optional", ["otherwise", "citation", "standing_words"])
def test_what_a_notice_leaves_unsaid_leaves_no_gap_in_the_entry(optional: str) -> None:
    """A line of the entry is there with its words or not at all."""
    lines = str(_event(_mail(about={optional: ""}))["description"]).splitlines()
    assert all(line.partition(": ")[2] and not line.endswith(": ") for line in lines)


@pytest.mark.parametrize("key", sorted(ABOUT.keys() - {"due", "urgent"}))
def test_only_the_words_meant_for_it_reach_the_calendar(key: str) -> None:
    """Role, task, process, stage and answers stay in the mail: others see a shared calendar."""
    content = _bytes(_mail(about={key: "Zebra"}))
    assert content is not None
    assert (b"Zebra" in content) == (key in TOLD)


def test_a_date_keeps_its_identity_while_it_moves() -> None:
    """Asked, extended, redated: one entry that moves, because each tells a higher number."""
    later = _dated(end_of_day(date(2026, 12, 22)))
    last = _dated(end_of_day(date(2026, 12, 23)))
    asked = _event(_mail())
    extended = _event(_mail(kind="extended", about={**later, "sequence": "9"}))
    redated = _event(_mail(kind="redated", about={**last, "sequence": "10"}))
    told = [asked, extended, redated]
    assert len({str(event["uid"]) for event in told}) == 1
    assert [int(event["sequence"]) for event in told] == [7, 9, 10]
    assert [event.decoded("dtstart").day for event in told] == [15, 22, 23]


def test_each_date_of_each_case_has_an_identity_that_tells_nothing() -> None:
    """Another clock, round or case is another entry; reader and kind make no difference."""
    other = {"clock": "agency_return/T2/1"}, {"clock": "agency_return/T1/2"}
    mails = [_mail(), *(_mail(about=about) for about in other), _mail(case="RR-2024-0002")]
    found = [str(_event(mail)["uid"]) for mail in mails]
    assert len(set(found)) == len(found)
    assert str(_event(_mail(number=2, kind="due_soon"))["uid"]) == found[0]
    name, _, domain = found[0].partition("@")
    assert domain == DOMAIN
    assert len(name) == 40
    assert {*name} <= {*"0123456789abcdef"}


@given(st.dates(date(2026, 12, 1), date(2045, 12, 31)))
def test_a_whole_day_is_that_day_in_london(day: date) -> None:
    """Due at the end of a day, it fills that day and no other, summer and winter."""
    event = _event(_mail(about=_dated(end_of_day(day))))
    assert type(event.decoded("dtstart")) is date
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (day, day + timedelta(days=1))


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 30)])
def test_the_nights_the_clocks_change_are_days_like_any_other(day: date) -> None:
    """23:59:59 in London is 22:59:59 in UTC in summer; the day in the calendar is London's."""
    mail = _mail(about=_dated(end_of_day(day)))
    assert _event(mail).decoded("dtstart") == day
    assert f"{day.day} " in _text(mail)


@pytest.mark.parametrize(
    ("due", "by_hour"),
    [
        (datetime(2027, 6, 30, 23, 30, tzinfo=UTC), True),
        (datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 28, 1, 10, tzinfo=UTC), True),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), True),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), True),
        (datetime(2027, 1, 8, 17, 0, tzinfo=UTC), False),
    ],
)
def test_a_date_with_an_hour_is_the_half_hour_before_it(due: datetime, by_hour: bool) -> None:
    """It ends at the very moment it is due, in UTC, wherever its words tell an hour."""
    mail = _mail(about=_dated(due, by_hour))
    event, content = _event(mail), _bytes(mail)
    assert event.decoded("dtend") == due
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert f"DTEND:{due:%Y%m%dT%H%M%SZ}\r\n".encode() in (content or b"")


def test_half_past_eleven_at_night_in_june_is_already_july_in_london() -> None:
    """The words and the calendar name the same moment, in London and in UTC."""
    due = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    mail = _mail(about=_dated(due, by_hour=True))
    assert "Thursday 1 July 2027 at 00:30" in str(_event(mail)["description"])
    assert _event(mail).decoded("dtend").isoformat() == "2027-06-30T23:30:00+00:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "closed"},
        {"about": {"due": "", "due_words": ""}},
        {"about": {"clock": ""}},
        {"about": {"sequence": ""}},
        {"kind": "late", "now": datetime(2026, 12, 16, 0, 0, tzinfo=UTC)},
        {"about": {"due": "some day"}},
        {"about": {"sequence": "-1"}},
    ],
    ids=str,
)
def test_no_entry_without_a_date_that_stands(changes: dict[str, Any]) -> None:
    """Closed, dateless, over, or owed before dates had names: the mail goes, with its two forms."""
    mail = _mail(**changes)
    assert [p.get_content_type() for p in mail.walk()] == [TREE[1], *TREE[2:4]]


def test_a_message_owed_before_dates_had_names_still_goes_out() -> None:
    """A message of an earlier release has neither clock nor sequence."""
    mail = opened(compose(a_message(about={"due": DATED["due"]}), a_letterhead(), NOON))
    assert mail.get_content_type() == "multipart/alternative"


def test_the_last_second_of_a_date_is_still_in_time() -> None:
    """What is due at 23:59:59 is not over until that second is."""
    due = datetime.fromisoformat(DATED["due"])
    assert _bytes(_mail(now=due)) is not None
    assert _bytes(_mail(now=due + timedelta(seconds=1))) is None


def test_a_date_that_was_met_leaves_the_calendar() -> None:
    """What was done before its date is taken back under the same identity, with a higher number."""
    met = _mail(kind="moved", anchor="met:agency_return#9", about={"sequence": "9"})
    asked = _event(_mail())
    assert _calendar(met)["method"] == "CANCEL"
    assert [p["content-type"].params.get("method") for p in met.walk()].count("CANCEL") == 1
    assert _event(met)["uid"] == asked["uid"]
    assert _event(met)["sequence"] > asked["sequence"]
    assert {*_event(met)} == PROPERTIES | {"STATUS"}
    assert _event(met)["status"] == "CANCELLED"


ROWS = st.lists(
    st.tuples(
        st.from_regex(r"[a-z_]{1,20}/T[1-9]/[1-9]", fullmatch=True),
        st.datetimes(datetime(2026, 12, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is drawn with it
        st.booleans(),
        st.text(max_size=60),
    ),
    min_size=1, max_size=12, unique_by=lambda row: row[0],
)  # fmt: skip


@given(ROWS, st.integers(1, 999_999_999))
def test_dates_that_ended_with_a_case_are_taken_back_together(rows: Any, sequence: int) -> None:
    """One calendar, one event for each date, all cancelled under the identity they came with."""
    # To the second, as every instant of the house.
    dates = [
        [clock, due.replace(microsecond=0).isoformat(), when_words(due, hour), title]
        for clock, due, hour, title in rows
    ]
    told = {TAKEN_BACK: json.dumps(dates), "sequence": str(sequence)}
    try:
        mail = _mail(kind="closed", about=told, anchor="action:close#9")
    except Refused:
        return
    calendar = _calendar(mail)
    assert calendar["method"] == "CANCEL"
    assert len(calendar.subcomponents) == len(dates)
    for event, (clock, due, words, _) in zip(calendar.subcomponents, dates, strict=True):
        entered = _event(_mail(about={"clock": clock, "due": due, "due_words": words}))
        assert event["uid"] == entered["uid"]
        assert event["dtstart"].to_ical() == entered["dtstart"].to_ical()
        assert int(event["sequence"]) == sequence
        assert event["status"] == "CANCELLED"
        assert {*event} == PROPERTIES | {"STATUS"}
        assert not event.errors
        assert words in " ".join(_text(mail).split())


def test_a_date_that_is_over_when_its_case_closes_stays_where_it_was() -> None:
    """What is past is part of the reader's own past."""
    row = ["a//1", "2026-11-20T11:59:59+00:00", "Friday 20 November 2026 (Return)", "Return"]
    mail = _mail(kind="closed", about={TAKEN_BACK: json.dumps([row])})
    assert _bytes(mail) is None
