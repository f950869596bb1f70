"""Doing something once: the answer to a request is kept in the commit of what it did.

So a request that is sent again, or twice at once, does nothing twice, and no crash can part what
was done from the answer. A refusal did nothing and is not kept.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from engine import casework
from engine.case import Step
from engine.casework import House
from engine.errors import Refused
from engine.ports import UnitOfWork
from engine.tokens import KEPT_FOR, Kept, Twice
from web import shapes
from web.api.doors import Call
from web.api.problems import Problem, said, written

CREATED = 201
KEY = "idempotency-key"
_FORM = re.compile(r"[\x21-\x7e]{1,200}")
_FORM_WORDS = "an Idempotency-Key is 1 to 200 printable characters without spaces"
_AT_ONCE = ("the same request is being done already; send it again in a moment",)
_OTHER = ("this Idempotency-Key was used for another request; use a new key for a new request",)

Use = Callable[[House], Step]


def done(call: Call, use: Use, status: int = 200) -> Response:
    """Do something, or only look at what it would do; answer with the case as it is then.

    Errors: Refused, Problem, HouseDown.
    """
    key = call.request.headers.get(KEY)
    if call.is_dry:
        step = use(call.house)
        return said(shapes.dry_receipt(casework.look_up(call.premises.house, step.case), step))
    if key is None:
        step = use(call.house)
        situation = casework.look_up(call.premises.house, step.case)
        return _told(call, status, shapes.receipt(situation, step))
    if not _FORM.fullmatch(key):
        raise Problem(400, (_FORM_WORDS,))
    now = call.premises.house.clock.now()
    wanted = Kept(call.token.id, key, _digest(call, now), status, "", now)
    return _again(call, wanted) or _once(call, use, wanted)


def _once(call: Call, use: Use, wanted: Kept) -> Response:
    keeper = _Keeper(call.premises.house, wanted)
    try:
        use(replace(call.house, also=keeper))
    except Refused:
        # Whoever was faster may have sent the very same request.
        known = _again(call, wanted)
        if known is None:
            raise
        return known
    return _told(call, wanted.status, keeper.document)


class _Keeper:
    """Keeps the answer to a request in the commit of its step."""

    def __init__(self, house: House, wanted: Kept) -> None:
        self.house, self.wanted = house, wanted
        self.document: dict[str, Any] = {}

    def __call__(self, work: UnitOfWork, step: Step) -> None:
        now = self.wanted.at
        self.document = shapes.receipt(casework.situate(self.house, work, step.case, now), step)
        kept = replace(self.wanted, body=written(self.document))
        if not work.tokens.keep(kept, now - KEPT_FOR):
            raise Twice(_AT_ONCE)


def _again(call: Call, wanted: Kept) -> Response | None:
    """The answer kept under the key. Errors: Problem where another request has it."""
    with call.premises.store.begin() as work:
        kept = work.tokens.answered(wanted.token, wanted.key)
    if kept is None or wanted.at - kept.at > KEPT_FOR:
        return None
    if not hmac.compare_digest(kept.request, _digest(call, kept.at)):
        raise Problem(422, _OTHER)
    return _told(call, kept.status, json.loads(kept.body), {"Idempotency-Replayed": "true"})


def _told(
    call: Call, status: int, document: dict[str, Any], more: Mapping[str, str] | None = None
) -> Response:
    headers = {"ETag": f'"{document["revision"]}"', **(more or {})}
    if status == CREATED:
        headers["Location"] = f"{call.root}/cases/{document['reference']}"
    return said(document, status, headers)


def _digest(call: Call, at: datetime) -> str:
    """What was asked at an instant, as a keyed digest: a body may hold what identifies a child."""
    asked = [call.request.method, call.request.url.path, call.seen, call.body]
    text = json.dumps(asked, sort_keys=True)
    return call.premises.store.secret.at(at).mac(f"request\n{text}").hex()
