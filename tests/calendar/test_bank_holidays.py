"""The shipped list of bank holidays against the two public sources it was made from."""

from __future__ import annotations

import copy
import json
import pickle
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from config.calendar import official_calendar, read_calendar
from engine.errors import HouseDown, Refused
from engine.working_days import Calendar

OFFICIAL = official_calendar()
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "script" / "refresh-bank-holidays"
FILE = ROOT / "config" / "bank_holidays.json"
LISTED: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


def published(division: str) -> dict[date, str]:
    found = BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    return {day["date"]: day["title"] for day in found}


def computed(first: int, last: int) -> set[date]:
    found = holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1))
    return {day for day in found if day.weekday() < 5}


def test_the_official_section_is_the_published_list() -> None:
    """Each date and name is the one GOV.UK publishes for England and Wales, 2012 to 2028."""
    ours = {
        date.fromisoformat(day): name.removesuffix(" (substitute day)")
        for day, name in LISTED["official"].items()
    }
    assert ours == published("england-and-wales")
    assert len(ours) == 140


def test_substitute_days_are_named_as_such() -> None:
    """A day put in the place of a weekend holiday says so."""
    found = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    theirs = {str(day["date"]) for day in found if day["notes"] == "Substitute day"}
    ours = {day for day, name in LISTED["official"].items() if name.endswith("(substitute day)")}
    assert ours == theirs


@pytest.mark.parametrize(("first", "last"), [(2000, 2011), (2012, 2028), (2029, 2040)])
def test_every_year_agrees_with_the_computed_list(first: int, last: int) -> None:
    """The package holidays closes the same weekdays, year by year, in and out of the list."""
    ours = {day for day in OFFICIAL.names() if first <= day.year <= last}
    assert ours == computed(first, last)


def test_no_listed_day_is_a_weekend() -> None:
    """A holiday on a weekend is listed only by its substitute weekday."""
    assert [day for day in OFFICIAL.names() if day.weekday() >= 5] == []


@pytest.mark.parametrize("division", ["scotland", "northern-ireland"])
def test_holidays_of_other_nations_do_not_count(division: str) -> None:
    """2 January, St Andrew's, St Patrick's and 12 July are working days here."""
    theirs = published(division).keys() - published("england-and-wales").keys()
    assert len(theirs) > 30
    assert all(OFFICIAL.is_working(day) for day in theirs if day.weekday() < 5)


@pytest.mark.parametrize("text", [
    "2022-05-30", "2020-05-04", "2012-05-28", "2025-01-02", "2026-11-30", "2025-03-17",
    "2027-07-12",
])  # fmt: skip
def test_days_that_are_not_bank_holidays_are_working_days(text: str) -> None:
    """Moved holidays leave their usual Monday open; other nations' days stay open."""
    assert OFFICIAL.is_working(date.fromisoformat(text))


@pytest.mark.parametrize("text", [
    "2012-06-05", "2020-05-08", "2022-06-03", "2022-09-19", "2023-05-08", "2026-12-28",
    "2027-12-28", "2011-04-29", "2035-12-25",
])  # fmt: skip
def test_one_off_and_substitute_days_are_closed(text: str) -> None:
    """Jubilees, VE Day, the State Funeral, the Coronation and substitute days are closed."""
    assert not OFFICIAL.is_working(date.fromisoformat(text))


def test_the_file_says_where_it_comes_from() -> None:
    """Source, edition and the official years are in the file; the edition is a real day."""
    assert "https://www.gov.uk/bank-holidays.json" in LISTED["source"]
    assert date.fromisoformat(LISTED["edition"]) <= date(2028, 12, 31)
    assert (LISTED["official_from"], LISTED["official_until"]) == ("2012-01-01", "2028-12-31")


def test_the_snapshot_names_the_list_and_its_content() -> None:
    """The same list has the same name everywhere; one name or date more gives another."""
    assert OFFICIAL.snapshot == "england-and-wales 2012-2028 807fd73e"
    other = OFFICIAL.proclaim(date(2027, 6, 8), "One-off bank holiday")
    assert other.snapshot != OFFICIAL.snapshot
    assert other.names().keys() - OFFICIAL.names().keys() == {date(2027, 6, 8)}


@pytest.mark.parametrize("again", [
    lambda: Calendar.from_json(json.loads(json.dumps(OFFICIAL.to_json()))),
    lambda: pickle.loads(pickle.dumps(OFFICIAL)),
    lambda: copy.deepcopy(OFFICIAL),
])  # fmt: skip
def test_a_stored_snapshot_is_the_same_calendar(again: Callable[[], Calendar]) -> None:
    """Stored and read back, or sent to another process, a calendar equals itself."""
    assert (again(), hash(again()), again().snapshot) == (
        OFFICIAL, hash(OFFICIAL), OFFICIAL.snapshot,
    )  # fmt: skip


@pytest.mark.parametrize(("day", "name", "said"), [
    ("2026-12-26", "One-off", ["Saturday 26 December 2026 is a weekend"]),
    ("2026-12-25", "One-off", ["Friday 25 December 2026 is already a bank holiday: Christmas"]),
    ("2041-01-02", "One-off", ["Wednesday 2 January 2041 is outside the years"]),
    ("2041-01-05", " ", ["needs a name", "is a weekend", "is outside the years"]),
    ("2026-12-29", "two\nlines", ["needs a name, on one line"]),
])  # fmt: skip
def test_a_proclamation_is_refused_with_every_reason(day: str, name: str, said: list[str]) -> None:
    """A weekend, a day closed already, a day beyond the list and a missing name are refused."""
    with pytest.raises(Refused) as refusal:
        OFFICIAL.proclaim(date.fromisoformat(day), name)
    assert len(refusal.value.reasons) == len(said)
    assert all(part in reason for part, reason in zip(said, refusal.value.reasons, strict=True))


BROKEN: dict[str, str] = {
    "empty": "",
    "cut off": json.dumps(LISTED)[:900],
    "not a list": "[]",
    "no official section": json.dumps({**LISTED, "official": None}),
    "another nation": json.dumps({**LISTED, "division": "scotland"}),
    "no such day": json.dumps({**LISTED, "official": {**LISTED["official"], "2027-02-30": "x"}}),
    "wrong section": json.dumps({**LISTED, "official": {**LISTED["official"], "2029-01-02": "x"}}),
    "out of order": json.dumps({**LISTED, "first": "2013-01-01"}),
    "projected first day": json.dumps(
        {**LISTED, "projected": {**LISTED["projected"], "2012-01-01": "x"}}
    ),
    "projected last day": json.dumps(
        {**LISTED, "projected": {**LISTED["projected"], "2028-12-31": "x"}}
    ),
    "last year missing": json.dumps(
        {**LISTED, "projected": {d: n for d, n in LISTED["projected"].items() if d[:4] != "2040"}}
    ),
    "a year missing": json.dumps(
        {**LISTED, "official": {d: n for d, n in LISTED["official"].items() if d[:4] != "2027"}}
    ),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_stops_the_house_in_plain_words(text: str) -> None:
    """Whatever is wrong with the file, the house says which file and what to do."""
    with pytest.raises(HouseDown, match=r"bank_holidays.json.*not usable.*Put back the file"):
        read_calendar(text)


def test_the_first_and_last_official_days_may_be_listed() -> None:
    """The official section runs from its first day to its last, both included."""
    more = {**LISTED["official"], "2012-01-01": "First", "2028-12-31": "Last"}
    assert (
        len(read_calendar(json.dumps({**LISTED, "official": more})).names())
        == len(OFFICIAL.names()) + 2
    )


def test_a_missing_file_stops_the_house_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without the file the house does not start counting from nothing."""
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(HouseDown, match="cannot be read"):
        official_calendar.__wrapped__()


def test_counting_needs_neither_package_at_run_time() -> None:
    """The list is plain JSON: no bank holiday package is loaded to read it."""
    code = (
        "import sys; from config.calendar import official_calendar; official_calendar();"
        "sys.exit(any(m.split('.')[0] in ('holidays', 'govuk_bank_holidays') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_file_is_what_the_refresh_script_writes(tmp_path: Path) -> None:
    """Running the script again gives the same file, byte for byte, and --check agrees."""
    main = runpy.run_path(str(SCRIPT))["main"]
    copied = tmp_path / FILE.name
    copied.write_bytes(FILE.read_bytes())
    assert main(["--check", "--file", str(copied)]) == 0
    assert main(["--file", str(copied)]) == 0
    assert copied.read_bytes() == FILE.read_bytes()


def test_the_refresh_script_writes_nothing_when_the_sources_disagree(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bank holiday missing from one source: refused, and the day is named."""
    kept = BankHolidays.load_backup_data()
    events = kept["england-and-wales"]["events"]
    kept["england-and-wales"]["events"] = [e for e in events if e["date"] != "2022-09-19"]
    monkeypatch.setattr(BankHolidays, "load_backup_data", staticmethod(lambda: kept))
    target = tmp_path / "bank_holidays.json"
    assert runpy.run_path(str(SCRIPT))["main"](["--file", str(target)]) == 1
    assert "2022-09-19" in capsys.readouterr().err
    assert not target.exists()
