"""The house's state for machines that watch: /health, /ready and /metrics.

They tell counts and moments, never whom or what they are about: no reference, name or address.
Serve them to the machines of the house alone; a proxy in front of the pages need not pass them on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from engine.errors import HouseDown
from web.metrics import exposition
from workflows.monitoring import document_of, signs_of, words_of
from workflows.wiring import Premises

WELL, ILL = 200, 503
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
METRICS = "text/plain; version=0.0.4; charset=utf-8"


def routes_of(premises: Premises) -> list[Route]:
    """The routes of one house, to be put beside its pages.

    /health is 503 while the house is not well, /ready while its database cannot be read. Both
    answer in words, or with one JSON document to whoever accepts `application/json` before words.
    """
    return [
        Route("/health", _view(premises, _health), methods=["GET"]),
        Route("/ready", _view(premises, _ready), methods=["GET"]),
        Route("/metrics", _view(premises, _metrics), methods=["GET"]),
    ]


View = Callable[[Premises, bool], Response]


def _view(premises: Premises, view: View) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        as_json = "application/json" in request.headers.get("accept", "")
        try:
            return await run_in_threadpool(view, premises, as_json)
        except HouseDown as down:
            return _say({"ok": False, "faults": [str(down)]}, [str(down)], as_json)

    return answer


def _health(premises: Premises, as_json: bool) -> Response:
    signs = signs_of(premises)
    return _say(document_of(signs), words_of(signs), as_json)


def _ready(premises: Premises, as_json: bool) -> Response:
    with premises.store.begin() as work:
        work.duty.ticks()
    return _say({"ok": True, "faults": []}, ["The house is ready."], as_json)


def _metrics(premises: Premises, _as_json: bool) -> Response:
    text = exposition(signs_of(premises), premises.store.database.waits)
    return Response(text, WELL, HEADERS, METRICS)


def _say(document: dict[str, Any], words: list[str], as_json: bool) -> Response:
    status = WELL if document["ok"] else ILL
    if as_json:
        content = json.dumps(document, default=lambda value: value.isoformat())
        return Response(content, status, HEADERS, "application/json")
    return PlainTextResponse("\n".join([*words, ""]), status, HEADERS)
