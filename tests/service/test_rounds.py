"""When a round is due, and what each of them does and says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import official_calendar
from config.premises import OWN_HOLIDAYS
from config.service import Service as Settings
from engine.errors import HouseDown, Refused
from engine.ticks import Outcome, Tick
from tests.cli.driver import Home, refer
from workflows import rounds, upkeeping
from workflows.rounds import AGAIN, ROUNDS, Desk, Round, Stopped, is_due, make
from workflows.upkeeping import years_later
from workflows.wiring import Premises, enter

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
EACH_MINUTE = ROUNDS["sweep"]
AT_FOUR = ROUNDS["verify_and_checkpoint"]


def a_tick(began_at: datetime, done_at: datetime | None = None) -> Tick:
    outcome = Outcome.FAILED if done_at is None else Outcome.DONE
    return Tick("sweep", began_at, began_at, outcome, "", "one", done_at)


@given(st.integers(-400 * 86_400, 400 * 86_400))
def test_a_round_of_every_minute_is_due_when_a_minute_is_over(seconds: int) -> None:
    """Also after a night, a year, or on a clock that was put back by any time."""
    last = a_tick(NOON - timedelta(seconds=seconds))
    assert is_due(EACH_MINUTE, last, NOON) is not (0 <= seconds < 60)


@given(st.integers(0, 400 * 1440), st.sampled_from([ROUNDS[n] for n in ROUNDS if ROUNDS[n].at]))
def test_a_round_of_the_day_is_made_once_a_day_whenever_the_service_runs(
    minutes: int, one: Round
) -> None:
    """Looked at every minute of a year, it is due just after its time of day in London."""
    now = NOON + timedelta(minutes=minutes)
    last = rounds._last_time(one.at or time(4), now)
    assert timedelta(0) <= now - last < timedelta(hours=25)
    assert last.astimezone(rounds.LONDON).time() == one.at
    assert is_due(one, a_tick(last - timedelta(hours=1), last - timedelta(hours=1)), now)
    assert not is_due(one, a_tick(last, last), now)
    assert not is_due(one, a_tick(now, now), now)


def test_a_round_of_the_day_that_failed_is_tried_again_but_not_at_once() -> None:
    """Every quarter of an hour until it is done; also where the clock has been put back a year."""
    four = rounds._last_time(time(4), NOON)
    assert not is_due(AT_FOUR, a_tick(NOON - AGAIN + timedelta(seconds=1)), NOON)
    assert is_due(AT_FOUR, a_tick(NOON - AGAIN), NOON)
    assert is_due(AT_FOUR, a_tick(four + timedelta(days=365), four + timedelta(days=365)), NOON)
    assert is_due(AT_FOUR, None, NOON)


def test_no_round_has_its_time_in_the_hour_that_comes_twice() -> None:
    """Twice a year London has the hour from one to two twice, or not at all."""
    for one in ROUNDS.values():
        assert (one.every is None) is not (one.at is None)
        assert one.at is None or not time(0, 30) <= one.at <= time(2, 30)


@pytest.fixture
def desk(house: Home) -> Iterator[Desk]:
    with enter(house.folder) as premises:
        yield Desk(premises, "one")


def made(name: str, desk: Desk) -> str:
    return asyncio.run(make(name, desk))


def ticks(premises: Premises) -> dict[str, Tick]:
    with premises.store.begin() as work:
        return dict(work.duty.ticks())


def told(desk: Desk, **changes: object) -> Desk:
    """The same desk, in a house whose settings say something else."""
    settings = desk.premises.settings.model_copy(update=changes)
    return Desk(replace(desk.premises, settings=settings), "one")


def test_a_round_leaves_a_tick_that_says_what_it_did(house: Home, desk: Desk) -> None:
    """Numbers in words: a reminder is due an hour before the first date is missed."""
    refer(house)
    house.at("2024-12-24T00:30")
    words = made("sweep", desk)
    assert words == "1 reminder, 1 missed date, 0 escalations, 8 messages owed" or "missed" in words
    tick = ticks(desk.premises)["sweep"]
    assert (tick.outcome, tick.words, tick.by) == (Outcome.DONE, words, "one")
    assert tick.done_at == tick.ended_at is not None


def test_a_round_that_cannot_be_made_says_why_and_keeps_no_ones_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own refusals as they are; of any other fault its kind, and a place in the log."""
    with pytest.raises(Refused):
        made("collect", desk)
    assert "reads no mailbox" in ticks(desk.premises)["collect"].words

    def broken(*_: object) -> str:
        raise ValueError("Zoë Example, 9990000018")

    monkeypatch.setattr(upkeeping, "sweep", broken)
    with pytest.raises(ValueError, match="Zoë"):
        made("sweep", desk)
    tick = ticks(desk.premises)["sweep"]
    assert tick.outcome is Outcome.FAILED
    assert tick.words.startswith("Something went wrong (ValueError; reference ")
    log = (desk.premises.home / "waymark.log").read_text("utf-8")
    assert "ValueError" in log
    assert "Zoë" not in log + tick.words


def test_a_service_that_stops_leaves_a_sweep_between_two_cases(house: Home, desk: Desk) -> None:
    """What was swept is kept; the rest is found by the next sweep."""
    for _ in range(3):
        refer(house)
    house.at("2024-12-24T00:30")
    desk.stopping = lambda: True
    with pytest.raises(Stopped):
        made("sweep", desk)
    assert ticks(desk.premises)["sweep"].outcome is Outcome.FAILED
    desk.stopping = lambda: False
    assert ", 2 missed dates," in made("sweep", desk)


def test_backups_are_written_whole_and_old_ones_taken_away(desk: Desk, tmp_path: Path) -> None:
    """Those of three hours and the last of each of fourteen days stay; nobody else's go."""
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(Refused):
        made("back_up", desk)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for hours in range(24 * 20):
        stamp = (start + timedelta(hours=hours)).strftime("%Y-%m-%dT%H%M%S")
        (folder / f"house-{stamp}.backup").touch()
    (folder / "house-before-the-move.backup").touch()
    words = made("back_up", told(desk, service=Settings(backups=folder)))
    name = words.partition(";")[0]
    left = sorted(path.name for path in folder.iterdir())
    assert (folder / name).stat().st_size > 0
    assert "house-before-the-move.backup" in left
    assert len(left) == 2 + 13
    assert all("T23" in one or one == name or "move" in one for one in left)


def test_every_record_is_checked_and_the_heads_leave_the_house(
    house: Home, desk: Desk, tmp_path: Path
) -> None:
    """Without a folder for them it says so; a record that was changed is told at once."""
    refer(house)
    assert "no checkpoint: set service.checkpoints" in made("verify_and_checkpoint", desk)
    outside = told(desk, service=Settings(checkpoints=tmp_path / "heads"))
    assert made("verify_and_checkpoint", outside).endswith("checkpoint heads-2024-12-20.json")
    file = tmp_path / "heads" / "heads-2024-12-20.json"
    assert house.do("verify", "--against", str(file))["ok"] is True
    house.rows("UPDATE event SET account = 'somebody else' WHERE sequence = 1")
    with pytest.raises(HouseDown, match="do not agree"):
        made("verify_and_checkpoint", outside)


def test_a_newer_list_of_bank_holidays_is_taken_in_and_an_older_one_is_not(
    house: Home, desk: Desk
) -> None:
    """Placed in the house's folder; a faulty one is told, and changes nothing."""
    assert made("recalendar", desk) == "0 dates moved"
    shipped = official_calendar()
    file = house.folder / OWN_HOLIDAYS
    refer(house)
    file.write_text(newer(shipped.official_until.year + 1), "utf-8")
    assert "moved" in made("recalendar", desk)
    with desk.premises.store.begin() as work:
        assert work.library.current_calendar().official_until > shipped.official_until
    file.unlink()
    made("recalendar", desk)
    with desk.premises.store.begin() as work:
        assert work.library.current_calendar().official_until > shipped.official_until
    file.write_text("{}", "utf-8")
    with pytest.raises(HouseDown, match=r"bank_holidays\.json"):
        made("recalendar", desk)


def newer(year: int) -> str:
    """The shipped list, as if it had become official for another year."""
    import json
    from importlib import resources

    listed = json.loads(resources.files("config").joinpath(OWN_HOLIDAYS).read_text("utf-8"))
    until = f"{year}-12-31"
    moved = {d: n for d, n in listed["projected"].items() if listed["official_until"] < d <= until}
    listed["official"] |= moved
    listed["projected"] = {d: n for d, n in listed["projected"].items() if d not in moved}
    listed["official_until"] = until
    return json.dumps(listed)


def test_closed_cases_past_their_retention_are_proposed_and_nothing_is_destroyed(
    desk: Desk,
) -> None:
    """Without periods in the settings it says so, and proposes nothing."""
    assert made("retention_review", desk) == "no retention period is set, so nothing is proposed"
    with_periods = told(desk, retention={"rapid_review": 25})
    assert (
        made("retention_review", with_periods) == "0 closed cases past the local retention period"
    )


@pytest.mark.parametrize(
    ("day", "years", "there"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 11, 28), 25, date(2051, 11, 28)),
    ],
)
def test_a_period_ends_on_the_same_day_years_later(day: date, years: int, there: date) -> None:
    """The last of February counts for its 29th."""
    assert years_later(day, years) == there
