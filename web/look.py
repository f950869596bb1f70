"""How a page of the console looks: one environment of templates, one set of headers."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from engine.length import in_words, london, london_date
from engine.notices import STANDING_WORDS
from engine.roles import label
from web.root import rooted

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
# How a deadline's status reads, and the colour of its tag: never the colour alone.
STATUS = {
    "running": ("due", "govuk-tag--blue"),
    "breached": ("late", "govuk-tag--red"),
    "held": ("on hold", "govuk-tag--grey"),
    "met": ("met", "govuk-tag--green"),
    "met_late": ("met late", "govuk-tag--orange"),
    "cancelled": ("not needed", "govuk-tag--grey"),
}


@cache
def environment() -> Environment:
    """The templates of the console, in the markup of the GOV.UK design system."""
    made = Environment(
        loader=PackageLoader("web", "pages/console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(day=day_words, moment=moment_words, role=label, cap=capital)
    made.globals.update(standing=STANDING_WORDS, statuses=STATUS)
    return made


def page(name: str, status: int, root: str, /, **words: Any) -> Response:
    """A template with its words, as a response nobody may keep or frame."""
    shown = environment().get_template(name).render(**words)
    return HTMLResponse(rooted(shown, root), status, headers=HEADERS)


def day_words(value: date | datetime | str | None) -> str:
    """A day in words, as London counts it."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return in_words(london_date(value) if isinstance(value, datetime) else value)


def moment_words(value: datetime | str | None) -> str:
    """An instant in words, by London's clock."""
    if value is None or value == "":
        return ""
    at = london(datetime.fromisoformat(value) if isinstance(value, str) else value)
    return f"{in_words(at.date())}, {at:%H:%M}"


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
