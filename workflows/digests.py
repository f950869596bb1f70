"""Digests of one house: what a heartbeat calls, at any time and as often as it likes."""

from __future__ import annotations

from dataclasses import replace

from engine.digesting import Digested
from engine.digesting import owe_digests as owe
from workflows.wiring import Premises


def owe_digests(premises: Premises, dry_run: bool = False) -> Digested:
    """Owe the digests of this day, once the hour of the settings has come.

    In a dry run nothing is kept. Errors: CalendarEnds, HouseDown.
    """
    house = replace(premises.house, dry_run=dry_run)
    return owe(house, premises.settings.digest_hour)
