"""The entrance of the API: whose token it is, what it opens, what was sent; then the door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine import bearers
from engine.errors import HouseDown, Refused
from engine.facts import UNSTORABLE, storable
from engine.roles import Actor
from engine.tokens import READ, Token
from store.refusals import no_case
from web import pace
from web.api import description, doing, looking, problems
from web.api.doors import Call, Door
from web.api.fields import read
from web.api.problems import Problem
from web.api.secret import digest_of
from web.gatebook import gatebook_of
from workflows import logbook
from workflows.wiring import Premises

LARGEST = 1_000_000  # bytes of a body
_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,200})")
_MARK = re.compile(r'"([0-9]{1,9})"')
_NO_TOKEN = ("send a token that is still good: Authorization: Bearer ...",)
_UNUSABLE = f"something you sent cannot be used: {UNSTORABLE}"
_NO_JSON = "the body must be one JSON object, as UTF-8"

DOORS: tuple[Door, ...] = (
    *looking.DOORS,
    *doing.DOORS,
    Door("/openapi.json", "GET", "describe", READ, "Describe the API",
         lambda call: description.page(call, DOORS), "Description"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entrance:
    """Asks of each request whose it is, and lets the door answer, in a thread."""

    premises: Premises

    async def answer(self, doors: Mapping[str, Door], request: Request) -> Response:
        door = doors["GET" if request.method == "HEAD" else request.method]
        response = await self._answered(door, request)
        await run_in_threadpool(self._note, door, request, response.status_code)
        return response

    def _note(self, door: Door, request: Request, status: int) -> None:
        book, token = gatebook_of(self.premises.home), getattr(request.state, "token", 0)
        book.token_taken(token)
        book.turned_away(status, door.answer.__module__, token=token)

    async def _answered(self, door: Door, request: Request) -> Response:
        try:
            token, actor = await run_in_threadpool(self._who, door, request)
            body = await _body_of(request) if request.method == "POST" else {}
            call = partial(self._through, door, request, token, actor, body)
            return await run_in_threadpool(call)
        except Problem as problem:
            return problems.answer(problem)
        except (Refused, HouseDown) as no:
            return problems.answer(problems.of(no))
        except UnicodeEncodeError:
            return problems.answer(
                Problem(422, (f"something you sent cannot be used: {UNSTORABLE}",))
            )
        except Exception as fault:
            return problems.answer(self._broken(fault))

    def _who(self, door: Door, request: Request) -> tuple[Token, Actor]:
        """Whose token came with a request. Errors: Problem, HouseDown."""
        brought = _BEARER.fullmatch(request.headers.get("authorization", "").strip())
        found = bearers.bearer(self.premises.house, digest_of(brought[1])) if brought else None
        if found is None:
            raise Problem(401, _NO_TOKEN, {"WWW-Authenticate": 'Bearer realm="waymark"'})
        request.state.token = found[0].id
        if not pace.ASKED.room(found[0].digest):
            raise Problem(429, (pace.TOO_OFTEN,), pace.WAIT)
        if not found[0].allows(door.scope):
            reason = f"this token may not do this: it needs the scope {door.scope}"
            scope = f'Bearer realm="waymark", error="insufficient_scope", scope="{door.scope}"'
            raise Problem(403, (reason,), {"WWW-Authenticate": scope})
        return found

    def _through(
        self, door: Door, request: Request, token: Token, actor: Actor, body: dict[str, Any]
    ) -> Response:
        if not all(map(storable, request.path_params.values())):
            raise no_case()
        if not all(map(storable, request.query_params.values())):
            raise Refused([UNSTORABLE])
        given = read(door.fields, body)
        seen = _seen(request, given.get("revision"))
        return door.answer(Call(self.premises, token, actor, request, body, given, seen))

    def _broken(self, fault: Exception) -> Problem:
        """A fault of ours: its detail goes to the log, under a reference."""
        name = logbook.reference()
        logbook.keep(fault, name, self.premises.home)
        return Problem(500, (f"this did not work; tell the support team the reference {name}",))

    def routed(self, _request: Request, fault: Exception) -> Response:
        """What no door answers: no such address, or no such method there."""
        status = fault.status_code if isinstance(fault, HTTPException) else 404
        headers = fault.headers if isinstance(fault, HTTPException) else None
        reason = "there is nothing at this address; /openapi.json has what there is"
        if status == 405:  # noqa: PLR2004 - the code's own name is its number
            reason = "this address does not take this method; the header Allow names those it takes"
        return problems.answer(Problem(status, (reason,), headers))


def _seen(request: Request, given: int | None) -> int | None:
    """The revision a request was sent for, in its body or as If-Match. Errors: Problem."""
    mark = request.headers.get("if-match", "").strip()
    if mark in ("", "*"):
        return given
    found = _MARK.fullmatch(mark)
    if not found:
        raise Problem(400, ('If-Match is the revision of the case, like "3"',))
    if given not in (None, int(found[1])):
        raise Problem(400, ("If-Match and the field revision name different revisions",))
    return int(found[1])


async def _body_of(request: Request) -> dict[str, Any]:
    """What was sent, as JSON; nothing is an empty object. Errors: Problem."""
    sent = b""
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > LARGEST:
            raise Problem(413, (f"at most {LARGEST} bytes are taken at once",))
    if not sent:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, ("send JSON, with Content-Type: application/json",))
    return _object(sent)


def _object(sent: bytes) -> dict[str, Any]:
    try:
        found = json.loads(sent.decode(), parse_constant=_no_number, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise Problem(400, (_NO_JSON,)) from None
    if not isinstance(found, dict):
        raise Problem(400, (_NO_JSON,))
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says nothing twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _routes(entrance: Entrance, doors: Iterable[Door]) -> list[Route]:
    """One route an address, so that whoever uses another method is told which there are."""
    listed = sorted(doors, key=lambda door: door.path)
    found = []
    for path, here in groupby(listed, key=lambda door: door.path):
        methods = {door.method: door for door in here}
        found.append(Route(path, partial(entrance.answer, methods), methods=list(methods)))
    return found


def api_of(premises: Premises) -> Starlette:
    """The API of one house, to be mounted."""
    entrance = Entrance(premises)
    faults = {HTTPException: entrance.routed}
    made = Starlette(routes=_routes(entrance, DOORS), exception_handlers=faults)
    # An address that is nearly right is not there: nobody is sent on with a token in hand.
    made.router.redirect_slashes = False
    return made
