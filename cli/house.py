"""Finding the house a command works in; its heavy rooms are opened only here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from config.premises import stands_in
from engine.casework import House
from engine.working_days import Calendar

if TYPE_CHECKING:
    from workflows.wiring import Premises

_open: list[Premises] = []


def premises_at(home: Path) -> Premises:
    """The house in a folder, opened once a command. Errors: HouseDown."""
    from workflows.wiring import walk_in

    if not _open or _open[-1].home != home:
        _open.append(walk_in(home))
    return _open[-1]


def house_at(home: Path) -> House:
    return premises_at(home).house


def calendar_at(home: Path) -> Calendar:
    """The house's calendar where there is a house, else the official list."""
    from config.calendar import official_calendar

    if not stands_in(home):
        return official_calendar()
    with house_at(home).store.begin() as work:
        return work.library.current_calendar()


def close_all() -> None:
    """Close every house this command opened."""
    while _open:
        _open.pop().store.close()
