"""The console of a house: every page behind one entrance that knows who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from engine.errors import Absent, HouseDown, Refused, Stale
from web import guard, pace
from web.doors import ANYBODY, NOBODY, Asked, Door, OnceMore, lets_in
from web.gatebook import gatebook_of
from web.look import capital
from web.visits import Visits
from workflows.wiring import Premises

LARGEST = 1_000_000  # bytes of a form
_FIELDS = 500
_STATIC = Path(__file__).parent / "static"
NOT_THERE = "There is no such page, or it is not one for you."
_DOWN = (
    "This cannot be done just now, and nothing was saved. Try again in a while. If it matters"
    " today, ring the number at the foot of this page."
)
_NOT_OURS = (
    "Nothing was saved: this form was open for too long, or was sent from another page. Go back,"
    " load the page again, and send it once more. What you typed is still in the page before."
)

_ELSEWHERE = (
    "Your visit has ended: it was begun in one kind of browser, and this page was asked for in"
    " another. If you did not do this, tell whoever looks after the house."
)
_NOT_FRESH = (
    "This is done by whoever has just signed in, and you signed in more than ten minutes ago."
)
_OF_THE_HOUSE = (
    "The pages of whoever looks after the house ask for this besides. Sign in once more, and you"
    " come back here."
)
# The buttons of a form that is looked at before it is saved.
_WALK = ("preview", "save")


class Console:
    """Asks of each request who sent it, whether the door is open to them, and whether the form is
    one of ours; then lets the page answer, in a thread.
    """

    def __init__(self, premises: Premises, visits: Visits) -> None:
        self.premises = premises
        self.visits = visits
        self.gatebook = gatebook_of(premises.home)

    async def answer(self, door: Door, request: Request) -> Response:
        form = await _form_of(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._answer, door, request, form)

    def _answer(self, door: Door, request: Request, lists: Mapping[str, Sequence[str]]) -> Response:
        brought = guard.brought(request)
        visit = brought or guard.new_pass()
        try:
            visitor = self.visits.who(request) if brought else NOBODY
        except HouseDown:
            return self._said(self._nobody(request), 503, "Not now", (_DOWN,))
        asked = Asked(self.premises, visitor, request, visit, lists)
        response = self._in_time(door, asked) or self._through(door, asked)
        if visitor.elsewhere:
            self.gatebook.note("browser_is_another", visitor.session)
        page = door.answer.__module__
        self.gatebook.turned_away(response.status_code, page, visitor.session)
        if not brought and "set-cookie" not in response.headers:
            asked.remember(response, visit)
        return response

    def _nobody(self, request: Request) -> Asked:
        return Asked(self.premises, NOBODY, request, "")

    def _in_time(self, door: Door, asked: Asked) -> Response | None:
        """What somebody is told who asks more often than anybody could read."""
        counted = asked.visitor.known and door.who != ANYBODY
        if not counted or pace.ASKED.room(asked.visitor.session):
            return None
        words = (f"{capital(pace.TOO_OFTEN)}.",)
        response = self._said(asked, 429, "Too many pages at once", words)
        response.headers.update(pace.WAIT)
        return response

    def _through(self, door: Door, asked: Asked) -> Response:
        if door.practice and not asked.at_home:
            raise HTTPException(404)
        try:
            return self._barred(door, asked) or door.answer(asked)
        except OnceMore:
            return self._once_more(asked)
        except Absent:
            return self._said(asked, 404, "Page not found", (NOT_THERE,))
        except (Refused, Stale) as no:
            return self._said(asked, 422, "This was not done", tuple(no.reasons))
        except HouseDown:
            return self._said(asked, 503, "Not now", (_DOWN,))

    def _barred(self, door: Door, asked: Asked) -> Response | None:
        """What somebody is told whom this door does not let in, or not yet."""
        if not lets_in(door.who, asked.visitor):
            return self._shut(asked)
        secret = self.premises.store.secret
        if asked.request.method == "POST" and not guard.is_ours(
            secret, asked.request, asked.form.get(guard.FIELD, "")
        ):
            kept = self._again(asked) if door.who != ANYBODY else None
            return kept or self._said(asked, 403, "This form cannot be used", (_NOT_OURS,))
        if door.fresh and not asked.visitor.fresh:
            return self._once_more(asked)
        return self._of_the_house(asked) if door.of_the_house else None

    def _of_the_house(self, asked: Asked) -> Response | None:
        """What the pages of whoever looks after the house ask besides, in the order to read it.

        A practice house at home asks nothing more: everybody in it is invented.
        """
        reasons = [] if asked.at_home else self.visits.why_not_yet(asked)
        if not reasons:
            return None
        words = (*(f"{capital(reason)}." for reason in reasons), _OF_THE_HOUSE)
        to = asked.here if asked.request.method == "GET" else "/"
        sign_in = ("Sign in once more", f"/sign-in?to={quote(to)}&again=1")
        kept = self._again(asked, words)
        return kept or self._said(asked, 403, "This page asks for more", words, sign_in)

    def _once_more(self, asked: Asked) -> Response:
        """First a sign-in of this moment. What is being written waits in its page meanwhile."""
        kept = self._again(asked, (_NOT_FRESH,)) if asked.form.get("go") in _WALK else None
        return kept or asked.go(f"/sign-in?to={quote(asked.here)}&again=1")

    def _shut(self, asked: Asked) -> Response:
        """A door that is shut is no door; whoever has not signed in may do so first."""
        if asked.visitor.known:
            return self._said(asked, 404, "Page not found", (NOT_THERE,))
        why = (_ELSEWHERE,) if asked.visitor.elsewhere else ()
        if kept := self._again(asked, why):
            return kept
        if why:
            sign_in = ("Sign in", f"/sign-in?to={quote(asked.here)}")
            return self._said(asked, 403, "Your visit has ended", why, sign_in)
        if asked.request.method == "GET":
            return asked.go(f"/sign-in?to={quote(asked.here)}")
        return self._said(asked, 404, "Page not found", (NOT_THERE,))

    def _again(self, asked: Asked, why: tuple[str, ...] = ()) -> Response | None:
        """What was typed, to be sent once more: the visit ended meanwhile, another one began, or
        it is asked of whoever has just signed in.

        It stands in the page alone, for whoever sent it from a page of ours; nothing is kept.
        """
        if not asked.form or not guard.surely_from_here(asked.request):
            return None
        walk = "go" in asked.form
        return asked.page("again.html", 403, lists=asked.lists, walk=walk, why=why)

    def no_page(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status != 404:  # noqa: PLR2004 - the code's own name is its number
            self.gatebook.turned_away(status, __name__)
        words = "What you sent is too large; nothing was saved." if status == 413 else NOT_THERE  # noqa: PLR2004 - the code's own name is its number
        return self._said(self._nobody(request), status, "Page not found", (words,))

    def broken(self, request: Request, _error: Exception) -> Response:
        return self._said(self._nobody(request), 500, "This did not work", (_DOWN,))

    def _said(
        self,
        asked: Asked,
        status: int,
        heading: str,
        words: tuple[str, ...],
        on: tuple[str, str] | None = None,
    ) -> Response:
        return asked.page("said.html", status, heading=heading, words=words, next=on)


def app_of(premises: Premises, doors: Sequence[Door], visits: Visits) -> Starlette:
    """The console of one house, to run alone or to be mounted."""
    console = Console(premises, visits)
    routes = [
        Route(d.path, partial(console.answer, d), methods=[d.method], name=d.name) for d in doors
    ]
    static = Mount("/static", StaticFiles(directory=_STATIC), name="static")
    faults = {HTTPException: console.no_page, Exception: console.broken}
    return Starlette(routes=[*routes, static], exception_handlers=faults)


async def _form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form. Errors: HTTPException 413 where it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
