"""Every door of the console, and the application behind them."""

from __future__ import annotations

from starlette.applications import Starlette

from web import (
    audit_page,
    authenticator_pages,
    beside,
    board,
    case_page,
    console,
    deed,
    holiday_pages,
    house_pages,
    letter_pages,
    mail_pages,
    my_work,
    notify,
    organisation,
    practice_pages,
    sign_in,
    timeliness_page,
    visits_page,
    what_if,
    words,
)
from web.doors import Door
from web.visits import Visits
from workflows.wiring import Premises

DOORS: tuple[Door, ...] = (
    *my_work.DOORS,
    *board.DOORS,
    *case_page.DOORS,
    *deed.DOORS,
    *beside.DOORS,
    *what_if.DOORS,
    *mail_pages.DOORS,
    *letter_pages.DOORS,
    *timeliness_page.DOORS,
    *house_pages.DOORS,
    *holiday_pages.DOORS,
    *audit_page.DOORS,
    *words.DOORS,
    *practice_pages.DOORS,
    *sign_in.DOORS,
    *organisation.DOORS,
    *authenticator_pages.DOORS,
    *visits_page.DOORS,
    *notify.DOORS,
)


def console_of(premises: Premises) -> Starlette:
    """The console of one house, to run alone or to be mounted."""
    doors = [door for door in DOORS if premises.store.practice or not door.practice]
    return console.app_of(premises, doors, Visits(premises.house))
