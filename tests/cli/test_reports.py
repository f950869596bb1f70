"""The reports a business manager takes to a meeting: words, a document, and a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from cli.spreadsheet import safe
from engine.reports import per_cent
from tests.cli.driver import MANAGER, Home, notify, refer

DEATH = {
    "died_on": "2024-12-18", "aware_at": "2024-12-19T10:00", "notified_at": "2024-12-19T12:00",
    "date_of_birth": "2019-03-02", "normally_resident": "in_area", "place": "hospital",
    "notifier": "Ward manager, Trust", "nhs_number": "943 476 5919",
    "child_name": "Canary Wren Featherstone",
}  # fmt: skip
REPORTS = (["annual", "--year", "2024-25"], ["timeliness"], ["attendance"])


@pytest.fixture
def busy(house: Home) -> Home:
    """A rapid review that was notified late, two deaths, and a meeting of the review."""
    review = refer(house)["reference"]
    for _ in range(2):
        house.open("child_death_review", MANAGER, **DEATH)
    house.through("2024-12-31T10:00")
    notify(house, review)
    met(
        house, review, "--kind", "panel", "--agency", "Council=deputy", "--agency", "=2+3=apologies"
    )
    return house


def met(house: Home, reference: str, *more: str) -> Any:
    numbers = ("--on", "2024-12-31", "--invited", "24", "--present", "16")
    return house.do("meeting", reference, *numbers, "--as", MANAGER, *more)


def read(file: Path) -> list[list[str]]:
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(file.read_text("utf-8-sig").splitlines()))


def test_the_year_in_numbers_lists_the_cases_beneath_each_count(busy: Home) -> None:
    """R2: --json has the references; a death and a review are in parts of their own."""
    found = busy.do("report", "annual", "--year", "2024-25")
    assert (found["from"], found["to"], found["counted_to"]) == (
        "2024-04-01", "2025-03-31", "2024-12-31",
    )  # fmt: skip
    parts = {part["key"]: part for part in found["parts"]}
    assert parts["deaths_notified"]["references"] == ["CD-2024-0001", "CD-2024-0002"]
    assert parts["deaths_reviewed"]["count"] == 0
    assert parts["rapid_reviews_open"]["references"] == ["RR-2024-0001"]
    for part in parts.values():
        assert part["count"] == len(part["references"])
        for split in part["splits"]:
            assert part["count"] == sum(len(v["references"]) for v in split["values"])
    place = next(s for s in parts["deaths_notified"]["splits"] if s["by"] == "place")
    assert [v["count"] for v in place["values"] if v["value"] == "hospital"] == [2]
    assert {v["published"] for v in place["values"]} == {"*"}


def test_what_is_published_has_no_small_count_and_the_whole_has_all(
    busy: Home, tmp_path: Path
) -> None:
    """Two deaths are not said to be two, in words or in the file, unless the whole is asked for."""
    said = busy.say("report", "annual", "--year", "2024-25")
    assert "Deaths notified in the year: *" in said
    assert "Rapid reviews opened: *" in said
    assert "never added" in said
    assert "not over" in said
    assert "Deaths notified in the year: 2" in busy.say(
        "report", "annual", "--year", "2024-25", "--whole"
    )
    for name, more, told in (("a.csv", (), "*"), ("b.csv", ("--whole",), "2")):
        file = tmp_path / name
        busy.say("report", "annual", "--year", "2024-25", "--csv", str(file), *more)
        header, *rows = read(file)
        assert header == ["part", "by", "value", "count"]
        assert ["Deaths notified in the year", "", "", told] in rows


def test_dates_are_counted_by_how_they_were_kept(busy: Home) -> None:
    """The notification was due on 30 December and is recorded for that day: met in time."""
    found = busy.do("report", "timeliness", "--process", "rapid_review")
    by_key = {each["key"]: each for each in found["timescales"]}
    told = by_key["notification"]
    assert (told["met"], told["decided"], told["percent_in_time"]) == (1, 1, 100)
    assert told["references"]["met"] == ["RR-2024-0001"]
    assert told["standing"] == "statutory"
    assert told["median_working_days"] == 4
    assert by_key["threshold_meeting"]["met_late"] == 1
    for each in by_key.values():
        whole = each["met"] + each["met_late"] + each["breached"]
        assert each["percent_in_time"] == per_cent(each["met"], whole)
    assert "1/1 (100%)" in busy.say("report", "timeliness")
    none = busy.do("report", "timeliness", "--from", "2030-01-01")
    assert none["to"] == "2030-03-31"
    assert none["timescales"] == []


def test_attendance_is_printed_as_the_partnership_prints_it(busy: Home, tmp_path: Path) -> None:
    """R1: 16 of 24 is 67%, with the note that older reports cut such figures off."""
    said = busy.say("report", "attendance")
    assert "31.12.2024  16/24 (67%)" in said
    assert "66%" in said
    (kind,) = busy.do("report", "attendance")["kinds"]
    assert (kind["kind"], kind["invited"], kind["present"], kind["percent"]) == (
        "panel",
        24,
        16,
        67,
    )
    assert kind["meetings"][0]["references"] == ["RR-2024-0001"]
    assert {a["agency"]: a["percent"] for a in kind["agencies"]} == {"=2+3": 0, "Council": 100}
    file = tmp_path / "attendance.csv"
    busy.say("report", "attendance", "--csv", str(file))
    assert {row[3] for row in read(file)} == {"agency", "", "'=2+3", "Council"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    """An apostrophe stands before what a spreadsheet would work out; numbers stay numbers."""
    assert safe(text) == f"'{text}"
    assert safe(-1) == -1
    assert safe("1-1") == "1-1"


@pytest.mark.parametrize("report", REPORTS, ids=lambda words: words[0])
def test_a_report_names_nobody_and_overwrites_nothing(
    busy: Home, tmp_path: Path, report: list[str]
) -> None:
    """No child and no date of birth in any form; a file that exists stays as it is."""
    file = tmp_path / "out.csv"
    said = busy.run("report", *report, "--csv", str(file), "--json")
    for text in (said.out, busy.say("report", *report), file.read_text("utf-8-sig")):
        assert "Featherstone" not in text
        assert "2019" not in text
    kept = file.read_bytes()
    assert "exists already" in busy.refused("report", *report, "--csv", str(file))[0]
    assert file.read_bytes() == kept
    nowhere = str(tmp_path / "none" / "out.csv")
    assert "no folder" in busy.refused("report", *report, "--csv", nowhere)[0]


def test_a_report_that_cannot_be_made_says_why(house: Home) -> None:
    """A year written otherwise or not begun, a process nobody knows, a period back to front."""
    asked = (
        (["annual", "--year", "2025"], "2025-26"),
        (["annual", "--year", "2031-32"], "begins on"),
        (["timeliness", "--process", "nothing"], "no process called"),
        (["attendance", "--process", "nothing"], "no process called"),
        (["timeliness", "--from", "2025-02-30"], "first day"),
        (["attendance", "--from", "2025-02-02", "--to", "2025-02-01"], "before it begins"),
    )
    for command, reason in asked:
        assert reason in house.refused("report", *command)[0]
    assert house.run("report", "annual").code == 2
    assert "None" in house.say("report", "attendance")
    assert "None" in house.say("report", "timeliness")


def test_agencies_at_a_meeting_fit_its_numbers(house: Home) -> None:
    """Every reason at once; what is recorded is in the case's record and survives its check."""
    review = refer(house)["reference"]
    wrong = ["--agency", "A=present", "--agency", "A=deputy", "--agency", "B=perhaps"]
    reasons = house.refused(
        "meeting", review, "--on", "2024-12-20", "--invited", "2", "--present", "1",
        "--as", MANAGER, *wrong,
    )  # fmt: skip
    assert len(reasons) == 4
    house.do(
        "meeting", review, "--on", "2024-12-20", "--invited", "2", "--present", "1",
        "--as", MANAGER, "--agency", "B=absent", "--agency", "A=Deputy",
    )  # fmt: skip
    data = house.do("show", review)["events"][-1]["data"]
    assert data["agencies"] == [["A", "deputy"], ["B", "absent"]]
    assert house.do("verify")["ok"] is True
