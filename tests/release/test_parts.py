"""A proof taken in parts: the sum is what was run and no more, and says when and on what commit."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.release import __main__ as proving
from tests.release import ledger, page
from tests.release.goals import GOALS, Goal, Parts
from tests.release.ledger import Taken
from tests.release.taking import ROOT, asked

YEARS = Goal("R24", "simulated years", ("tests/simulation",), parts=Parts(1_000, 100, "seeds"))
BUGS = replace(YEARS, key="E9", parts=Parts(20, 10, "bugs"), shares={"engine": 0.9})
DAY, OLD, NEW = "2026-11-28", "aaaaaaa", "bbbbbbb"


def a_part(first: int, last: int, holds: bool = True, commit: str = OLD, **more: str) -> Taken:
    said = more.get("said", "holds (20 tests)" if holds else "DOES NOT HOLD (exit 1)")
    return Taken(more.get("goal", "R24"), "release", first, last, holds, said, 10, DAY, commit)


def standing(*parts: Taken, goal: Goal = YEARS) -> dict[int, Taken]:
    return ledger.standing(goal, "release", parts)


def test_the_sum_of_parts_is_never_more_than_was_run() -> None:
    """A part taken twice counts once, and what lies beyond the whole does not count."""
    stands = standing(a_part(1, 100), a_part(1, 100), a_part(951, 1_050), a_part(1, 5, goal="R23"))
    assert len(stands) == 150
    assert page.result(YEARS, "release", stands) == "150 of 1,000 run, all hold"


def test_a_row_says_which_part_was_taken_when_and_on_which_commit() -> None:
    changed = replace(a_part(101, 250, commit=NEW), with_changes=True)
    row = page.row(YEARS, "release", standing(a_part(1, 100), changed))
    assert "| 1,000 seeds | 250 of 1,000 run, all hold | 20 |" in row
    assert "1-100: 28 November 2026 at aaaaaaa; 101-250: " in row
    assert row.endswith("28 November 2026 at bbbbbbb with changes |")


def test_a_part_that_fails_is_shown_until_it_is_taken_again() -> None:
    failed = standing(a_part(1, 100), a_part(101, 200, holds=False))
    assert page.result(YEARS, "release", failed) == "200 of 1,000 run: DOES NOT HOLD in 101-200"
    mended = standing(*failed.values(), a_part(101, 200, commit=NEW))
    assert page.result(YEARS, "release", mended) == "200 of 1,000 run, all hold"


def test_a_proof_goes_on_where_it_stopped() -> None:
    """In round parts; what failed is taken again where the commit is another one."""
    stands = standing(a_part(1, 250), a_part(401, 500, holds=False))
    again = list(ledger.missing(YEARS, stands, NEW))
    assert again[:3] == [(251, 300), (301, 400), (401, 500)]
    assert (401, 500) not in ledger.missing(YEARS, stands, OLD)
    assert list(ledger.missing(YEARS, standing(a_part(1, 1_000)), NEW)) == []


def test_a_goal_holds_when_all_of_it_was_run_and_held() -> None:
    assert page.result(YEARS, "release", standing(a_part(1, 1_000))) == "holds"


def test_shares_are_added_up_over_all_parts() -> None:
    """What is asked is a share of the whole: one part may miss it."""
    parts = [a_part(1, 10, said="engine 7/10, store 1/2"), a_part(11, 20, said="engine 10/10")]
    of_bugs = [replace(part, goal="E9") for part in parts]
    first = page.result(BUGS, "release", standing(of_bugs[0], goal=BUGS))
    assert first == "10 of 20 run: engine 7 of 10, store 1 of 2"
    short = page.result(BUGS, "release", standing(*of_bugs, goal=BUGS))
    assert short == "DOES NOT HOLD: engine 17 of 20, store 1 of 2"
    lower = replace(BUGS, shares={"engine": 0.85})
    assert page.result(lower, "release", standing(*of_bugs, goal=lower)).startswith("holds: ")


def test_a_line_cut_off_while_it_was_written_is_no_part(tmp_path: Path) -> None:
    """Whoever is killed while keeping a part loses that part and no other."""
    path = tmp_path / "taken.jsonl"
    ledger.append(path, a_part(1, 100))
    with path.open("a") as cut:
        cut.write('{"goal": "R24", "si')
    assert ledger.read(path) == [a_part(1, 100)]
    ledger.append(path, a_part(101, 200))
    assert ledger.read(path) == [a_part(1, 100), a_part(101, 200)]


def test_progress_says_what_is_done_and_what_is_left() -> None:
    told = proving.progress(YEARS, standing(a_part(1, 100), a_part(101, 200, holds=False)))
    assert told == "200 of 1,000, 1 parts with findings, about 0:01:20 left"


def test_a_run_takes_what_is_missing_and_keeps_each_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ledger and the page are written after each part; exit code 1 until all is taken."""
    kept, told = tmp_path / "taken.jsonl", tmp_path / "proof.md"
    told.write_text(f"before\n{page.BEGIN}\n{page.END}\nafter\n")
    ran: list[tuple[int, int]] = []

    def take(goal: Goal, _size: str, first: int, last: int, _workers: int) -> Taken:
        ran.append((first, last))
        return a_part(first, last)

    monkeypatch.setattr(proving, "take", take)
    monkeypatch.setattr(proving, "LEDGER", kept)
    monkeypatch.setattr(proving, "PAGE", told)
    ledger.append(kept, a_part(1, 9_850))
    assert proving.main(["R24", "--record", "--minutes", "0"]) == 1
    assert ran == []
    assert proving.main(["R24", "--record"]) == 0
    assert ran == [(9_851, 9_900), (9_901, 10_000)]
    assert "10,000 of 10,000, 0 parts with findings, about 0:00:00 left" in capsys.readouterr().err
    assert "| 10,000 seeds | holds | 30 |" in told.read_text()
    assert told.read_text().startswith("before\n")
    assert told.read_text().endswith("after\n")


def test_a_goal_that_is_none_is_not_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        proving.main(["R24", "R99"])
    assert "no goal is called R99" in capsys.readouterr().err


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.key)
def test_what_proves_a_goal_is_there(goal: Goal) -> None:
    """Its tests and its program exist; its sizes are asked for by name somewhere in the tests."""
    assert all((ROOT / test).exists() for test in goal.tests)
    command, sizes = asked(goal, "release", 1, goal.parts.each if goal.parts else 1, workers=1)
    program = command[0] if command[0].startswith("script/") else command[2]
    assert (ROOT / program).exists() or find_spec(program)
    assert not any("{" in word for word in [*command, *sizes.values()])
    asking = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert all(re.search(rf'"{name}"', asking) for name in sizes)


def test_the_page_is_what_the_ledger_says() -> None:
    """docs/proof.md claims no run that is not in docs/proof-taken.jsonl."""
    text, parts = proving.PAGE.read_text("utf-8"), ledger.read(proving.LEDGER)
    rows = [line for line in text.splitlines() if re.match(r"\| [A-Z]\d", line)]
    stands = (
        (goal, size, ledger.standing(goal, size, parts)) for size in page.SIZES for goal in GOALS
    )
    assert rows == [page.row(goal, size, found) for goal, size, found in stands if found]
