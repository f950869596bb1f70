"""A practice house's own page: the mail that was caught, and its clock, to move by a button.

Codes to sign in stand in that mail, so it is shown on the machine of the house alone; a real house
has none of these doors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from config.premises import CAUGHT
from engine.errors import Absent
from engine.length import in_words
from engine.roles import label
from engine.visits import Visit
from notifications.catcher import kept, kept_mail
from web import guard, mark
from web.doors import ANYBODY, Asked, Door
from web.listing import Act, Cell, Table, listing
from web.look import HEADERS, moment_words
from workflows.practising import live_until, look_and_send, next_due

HERE = "/practice"
_A_PAGE = 50
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
# A link of this house, wherever it was served when the mail went out.
_LINK = re.compile(
    r"https?://(?:127\.0\.0\.1|localhost)(?::\d{1,5})?(?:/[a-z0-9-]+)?(/r/#?[0-9]+\.[a-z2-7]{20}(?:[a-z2-7]{6})?)"
)
# The mail of anybody could be in the folder: it runs nothing, loads nothing and sends nothing.
_ALONE = {
    **HEADERS,
    "Content-Security-Policy": "sandbox; default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
}


def practice_page(asked: Asked) -> Response:
    """The clock with its buttons, the mail that was caught, and who can sign in."""
    names = kept(asked.premises.home / CAUGHT)
    first = _number(asked.query.get("from", ""))
    rows = [_row(asked, name) for name in names[first : first + _A_PAGE]]
    intro = (
        f"The clock of this practice house says {in_words(asked.premises.house.clock.now())}."
        " It stands still until somebody moves it. When it is moved, the house looks for what is"
        " due on the way, and sends what it owes.",
        "A code to sign in is in the mail below, once it was sent.",
    )
    return listing(
        asked,
        "Practice: the clock and the mail",
        Table("Mail that was caught", ("Subject", "To", "When", "From"), rows, "No mail yet."),
        _people(asked),
        intro=intro,
        acts=tuple(_acts(asked)),
        acts_first=True,
        more=_older(first, len(names)),
    )


def _older(first: int, all_of_them: int) -> tuple[str, str] | None:
    after = first + _A_PAGE
    return ("Older mail", f"{HERE}?from={after}") if after < all_of_them else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 - no folder has more


def _row(asked: Asked, name: str) -> tuple[Cell, ...]:
    mail = _mail(asked, name)
    subject = str(mail["Subject"] or "(no subject)")
    return (subject, f"{HERE}/mail/{name}"), str(mail["To"] or ""), _when(mail), _sender(mail)


def _mail(asked: Asked, name: str) -> EmailMessage:
    found = kept_mail(asked.premises.home / CAUGHT, name)
    if found is None:
        raise Absent(["there is no such mail"])
    return found


def _when(mail: EmailMessage) -> str:
    at = getattr(mail["Date"], "datetime", None)
    return moment_words(at) if isinstance(at, datetime) else ""


def _sender(mail: EmailMessage) -> str:
    return str(mail["From"] or "")


def _people(asked: Asked) -> Table:
    with asked.premises.house.store.begin() as work:
        people = work.people.directory().people
    rows = [(p.name, p.email, ", ".join(label(role) for role in sorted(p.roles))) for p in people]
    nobody = "Nobody yet: waymark people import."
    return Table("Who can sign in", ("Name", "Email", "Roles"), rows, nobody)


def _acts(asked: Asked) -> Iterator[Act]:
    yield Act("now", f"{HERE}/clock/now", "Send what is owed now")
    yield Act("hour", f"{HERE}/clock/hour", "An hour on")
    yield Act("day", f"{HERE}/clock/day", "A day on")
    due = next_due(asked.premises.house)
    if due is not None:
        yield Act("date", f"{HERE}/clock/date", f"To the next date: {moment_words(due)}")


def move(asked: Asked) -> Response:
    """Let time pass, or only look and send; whoever signed in goes along."""
    how, premises = asked.path["how"], asked.premises
    response = asked.go(HERE)
    if how == "now":
        look_and_send(premises)
        return response
    now = premises.house.clock.now()
    target = next_due(premises.house) if how == "date" else now + _span(how)
    live_until(premises, target or now)
    _go_along(asked, response)
    return response


def _span(how: str) -> timedelta:
    if how not in _SPANS:
        raise Absent(["the clock is not moved like this"])
    return _SPANS[how]


def _go_along(asked: Asked, response: Response) -> None:
    """A visit ends when nothing was done for a while; a clock that was moved is not that."""
    if not asked.visitor.known:
        return
    fresh, house = mark.fresh_pass(asked), asked.premises.house
    now = house.clock.now()
    with house.store.begin() as work:
        work.visits.end(asked.visitor.session, now)
        work.visits.begin(Visit(guard.digest_of(fresh), asked.visitor.actor.email, now, now))
        work.commit()
    asked.remember(response, fresh)


def mail_page(asked: Asked) -> Response:
    """One mail: its headers, its text with the links of this house, and the way to its other form.
    """  # fmt: skip
    name = asked.path["name"]
    mail = _mail(asked, name)
    heads = (("From", _sender(mail)), ("To", str(mail["To"] or "")), ("Sent", _when(mail)))
    files = [part.get_filename() for part in mail.iter_attachments()]
    return asked.page(
        "mail.html",
        subject=str(mail["Subject"] or "(no subject)"),
        heads=heads,
        text=_linked(_words(mail, "plain")),
        files=[name for name in files if name],
        styled=f"{HERE}/mail/{name}/styled" if mail.get_body(("html",)) else "",
    )


def _words(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        return ""


def _linked(text: str) -> Markup:
    """A text with the links of this house as links, and every other word as it stands."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts += [
            escape(text[end : found.start()]),
            Markup('<a class="govuk-link" href="{}">{}</a>').format(found[1], found[0]),
        ]
        end = found.end()
    return Markup("").join((*parts, escape(text[end:])))


def styled_page(asked: Asked) -> Response:
    """The other form of a mail, as a page by itself that can do nothing."""
    mail = _mail(asked, asked.path["name"])
    return HTMLResponse(_words(mail, "html"), headers=_ALONE)


DOORS = (
    Door(HERE, "GET", "practice", ANYBODY, practice_page, practice=True),
    Door(f"{HERE}/clock/{{how}}", "POST", "move-clock", ANYBODY, move, practice=True),
    Door(f"{HERE}/mail/{{name}}", "GET", "caught", ANYBODY, mail_page, practice=True),
    Door(f"{HERE}/mail/{{name}}/styled", "GET", "caught-styled", ANYBODY, styled_page, True),
)
