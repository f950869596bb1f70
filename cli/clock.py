"""Commands on the house's clock; only a practice house's can be moved."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.house import premises_at
from cli.output import show
from cli.words import HOME, Home, Json
from engine.errors import Refused
from engine.length import in_words, london, midnight, parse_day, parse_instant

clock = typer.Typer(no_args_is_help=True, help="The house's time; a practice house has its own.")

_SPAN = re.compile(r"([1-9][0-9]{0,4})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@clock.command("show")
def clock_show(home: Home = HOME, json: Json = False) -> None:
    """Show the house's time."""
    premises = premises_at(home)
    _tell(premises.house.clock.now(), premises.store.practice, json)


@clock.command("set")
def clock_set(
    instant: Annotated[str, typer.Argument(metavar="INSTANT", help="Like 2024-12-20T16:40.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Set a practice house's clock.

    The instant is London time unless it has an offset.
    """
    try:
        whole_day = len(instant) == len("2024-12-20")
        now = midnight(parse_day(instant)) if whole_day else parse_instant(instant)
    except ValueError as fault:
        raise Refused([f"the instant: {fault}"]) from None
    _move(home, now, json)


@clock.command("forward")
def clock_forward(
    span: Annotated[str, typer.Argument(metavar="SPAN", help="Like 5d, 3h or 30m.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Move a practice house's clock forward."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise Refused(["write how far as a number and d, h or m, like 5d, 3h or 30m"])
    number, unit = found.groups()
    now = premises_at(home).house.clock.now()
    _move(home, now + timedelta(**{_UNITS[unit]: int(number)}), json)


def _move(home: Path, now: datetime, as_json: bool) -> None:
    from workflows.practising import set_clock

    set_clock(premises_at(home).store, now)
    _tell(now, practice=True, as_json=as_json)


def _tell(now: datetime, practice: bool, as_json: bool) -> None:
    kind = "practice clock" if practice else "the world's clock"
    document = {"now": london(now).isoformat(timespec="seconds"), "practice": practice}
    show(document, as_json, [f"{in_words(now)} ({kind})"])
