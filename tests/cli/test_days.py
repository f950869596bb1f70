"""Working days and bank holidays from the command line."""

from __future__ import annotations

import json

import pytest

from config.calendar import official_calendar
from engine.length import parse_day
from tests.cli.driver import MANAGER, Home, command, deadline, notify, refer


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2024-12-20", "15", "2025-01-15"),
        ("2024-12-25", "5", "2025-01-03"),
        ("2025-01-15", "-15", "2024-12-20"),
        ("2025-07-16", "-7", "2025-07-07"),
        ("2024-12-21", "0", "2024-12-21"),
        ("2022-09-09", "15", "2022-10-03"),
    ],
)
def test_working_days_are_added_and_taken_away(start: str, count: str, due: str) -> None:
    """The worked examples, in words and as a document, with a negative number as it stands."""
    said = command("days", "add", start, count, "--json")
    assert said.json["date"] == due
    explained = command("days", "explain", start, count, "--json").json
    assert explained["date"] == due
    assert sum(day["counted"] for day in explained["days"]) == abs(int(count))
    day = parse_day(due)
    assert f"{day.day} {day:%B} {day.year}" in command("days", "add", start, count).out
    assert command("days", "explain", start, count).out.count("\n") == len(explained["days"]) + 1


def test_working_days_between_two_days() -> None:
    """The days after the first, up to and including the second; the other way round is negative."""
    assert (
        command("days", "between", "2024-12-20", "2025-01-15", "--json").json["working_days"] == 15
    )
    back = command("days", "between", "2025-01-15", "2024-12-20", "--json")
    assert back.json["working_days"] == -15


def test_many_dates_are_counted_in_one_go() -> None:
    """`days add -` reads lines and prints one array, with --json or without."""
    lines = [f"2024-12-{day:02} {n}" for day in range(1, 29) for n in (-20, 0, 1, 15)]
    calendar = official_calendar()
    wanted = [calendar.add(parse_day(day), int(n)).isoformat() for day, n in map(str.split, lines)]
    for options in ([], ["--json"]):
        said = command("days", "add", "-", *options, stdin="\n".join(lines) + "\n\n")
        assert said.code == 0
        assert [one["date"] for one in said.json] == wanted
    assert command("days", "add", "-").json == []


def test_every_bad_line_is_told() -> None:
    """Nothing is counted where a line is bad, and each bad line is named."""
    lines = "2024-12-20 15\n2024-13-01 2\n2024-12-20\n20-12-2024 3\n2024-12-20 x\n1066-10-14 1\n"
    said = command("days", "add", "-", "--json", stdin=lines)
    assert said.code == 1
    told = {reason.split(":")[0] for reason in said.json["reasons"]}
    assert told == {f"line {number}" for number in (2, 3, 4, 5, 6)}
    assert command("days", "add", "-", stdin=b"\xff\xfe1\n").code == 1


@pytest.mark.parametrize("count", ["15.5", "fifteen", "1_000", "٣", "--", "9999999999"])
def test_a_number_of_days_is_a_whole_number(count: str) -> None:
    """Anything else is refused in words."""
    said = command("days", "add", "2024-12-20", count)
    assert said.code in (1, 2)
    assert said.out == ""


@pytest.mark.parametrize("day", ["2025-02-30", "2024-1-5", "tomorrow", "20241220", "9999-12-31"])
def test_a_day_that_does_not_exist_is_refused(day: str) -> None:
    """Impossible days and days outside the calendar are refused with what to write."""
    for words in (["add", day, "5"], ["explain", day, "5"], ["between", day, "2025-01-01"]):
        said = command("days", *words, "--json")
        assert said.code == 1
        assert said.json["reasons"]


def test_holidays_are_listed() -> None:
    """The list a house counts by is there to be read."""
    listed = command("holiday", "list", "--json").json
    names = {one["date"]: one["name"] for one in listed["holidays"]}
    assert "State Funeral" in names["2022-09-19"]
    assert names["2024-12-25"] == "Christmas Day"
    assert listed["official_until"] >= "2028-12-31"


def proclaimable(house: Home) -> str:
    """A review whose due date a new holiday moves: notified 30 December 2024, due 21 January."""
    reference: str = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    return reference


def test_a_proclaimed_holiday_moves_open_dates(house: Home) -> None:
    """A dry run changes nothing and says what moves; then it moves, with one notice a person."""
    reference = proclaimable(house)
    house.do("hold", reference, "coroner", "--from", "2024-12-30", "--as", MANAGER)
    before, owed = house.dump(), len(house.do("outbox", "list")["messages"])
    proclaim = ("holiday", "add", "2025-01-09", "Day of mourning")
    tried = house.do(*proclaim, "--dry-run")
    assert tried["applied"] is False
    assert house.dump() == before
    assert "Nothing was changed." in house.say(*proclaim, "--dry-run")
    done = house.do(*proclaim, "--as", MANAGER)
    assert done["applied"] is True
    assert done["moved"] == tried["moved"]
    moved = {one["key"]: (one["from"], one["to"]) for one in done["moved"]}
    assert moved["rapid_review"] == ("2025-01-21", "2025-01-22")
    shown = house.do("show", reference)
    assert deadline(shown, "rapid_review")["due"] == "2025-01-22"
    assert deadline(shown, "notification")["due"] == "2024-12-31"
    assert [e["kind"] for e in shown["events"]].count("redated") == 1
    fresh = house.do("outbox", "list")["messages"][owed:]
    assert fresh
    assert len({m["recipient"] for m in fresh}) == len(fresh)
    proof = house.do("why", reference, "rapid_review")
    assert "Day of mourning" in json.dumps(proof["days"])
    assert house.do("days", "add", "2024-12-30", "15")["date"] == "2025-01-22"
    assert house.do("verify")["ok"] is True


def test_a_holiday_never_rewrites_a_closed_case(house: Home) -> None:
    """What was decided on the old calendar keeps its dates."""
    reference: str = refer(house)["reference"]
    house.act("decline", reference, "safeguarding.partner@northmoor-council.example",
              la_view="do_not_notify", icb_view="do_not_notify", police_view="do_not_notify",
              threshold_rationale="Below the threshold.")  # fmt: skip
    before = house.do("show", reference)["deadlines"]
    assert house.do("holiday", "add", "2024-12-23", "Day of mourning")["moved"] == []
    assert house.do("show", reference)["deadlines"] == before


@pytest.mark.parametrize(
    ("day", "name"),
    [("2025-01-11", "A Saturday"), ("2025-01-01", "There already"), ("2025-13-01", "x"),
     ("2200-01-01", "Too far"), ("2025-01-09", " ")],
)  # fmt: skip
def test_a_holiday_that_cannot_be_is_refused(house: Home, day: str, name: str) -> None:
    """Weekends, days closed already, days beyond the calendar, and days without a name."""
    house.refused("holiday", "add", day, name)


def test_only_somebody_of_the_house_proclaims(house: Home) -> None:
    """A stranger's name is refused, and nothing moves."""
    proclaimable(house)
    house.refused("holiday", "add", "2025-01-09", "Day of mourning", "--as", "who@nowhere.example")
