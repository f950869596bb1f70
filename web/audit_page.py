"""Who read which review and when, the newest first: for those who look after the house's record.

A review its reader may not see themselves is named to nobody here; that somebody read one is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from engine.errors import Absent
from engine.keys import HIGHEST
from engine.visits import Access
from web.case_page import situation_for
from web.doors import AUDITORS, Asked, Door

A_PAGE = 50
_WHAT = {
    "case": "The review",
    "why": "Why a date falls when it does",
    "what if": "What if",
    "letter": "A letter about it",
}


def audit_page(asked: Asked) -> Response:
    """One page of the readings, as the filter says; older ones are a link away."""
    case, person = (asked.query.get(name, "").strip() for name in ("case", "person"))
    wanted = {"case": case.upper(), "person": person.lower()}
    found = _found(asked, wanted)
    older = {**wanted, "before": found[A_PAGE - 1][0]} if len(found) > A_PAGE else None
    return asked.page(
        "audit.html",
        rows=list(_rows(asked, [access for _, access in found[:A_PAGE]])),
        wanted=wanted,
        older=f"?{urlencode(older)}" if older else "",
    )


def _found(asked: Asked, wanted: dict[str, str]) -> list[tuple[int, Access]]:
    """The readings asked for, one more than a page shows; of a review not theirs, none."""
    case, email = wanted["case"], wanted["person"]
    if not (case + email).isprintable() or (case and not _may_see(asked, case)):
        return []
    before = asked.query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else HIGHEST  # noqa: PLR2004 - no row has more
    with asked.premises.house.store.begin() as work:
        return list(work.visits.latest(case, email, number, A_PAGE + 1))


def _may_see(asked: Asked, reference: str) -> bool:
    try:
        situation_for(asked, reference)
    except Absent:
        return False
    return True


def _rows(asked: Asked, found: list[Access]) -> Iterator[dict[str, Any]]:
    seen = {access.case: _may_see(asked, access.case) for access in found}
    with asked.premises.house.store.begin() as work:
        directory = work.people.directory()
    for access in found:
        person = directory.find(access.email)
        yield {
            "at": access.at,
            "name": person.name if person else "",
            "email": access.email,
            "case": access.case if seen[access.case] else "",
            "what": _WHAT.get(access.what, access.what),
        }


DOORS = (Door("/audit", "GET", "audit", AUDITORS, audit_page),)
