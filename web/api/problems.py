"""Every way the API says no: one document, with all reasons in the words of the refusal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from engine.errors import Absent, HouseDown, Refused, Stale

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
# What each status is called here; its type is made from the first word or two.
TITLES: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "This could not be read"),
    401: ("no-token", "A token is needed"),
    403: ("scope", "This token may not do that"),
    404: ("absent", "There is nothing of this kind here"),
    405: ("method", "This cannot be done at this address"),
    409: ("stale", "Somebody was faster"),
    413: ("too-large", "What was sent is too large"),
    415: ("media-type", "JSON is needed"),
    422: ("refused", "This was refused"),
    429: ("too-often", "This was asked for too often"),
    500: ("broken", "This did not work"),
    503: ("house-down", "The house cannot work just now"),
}
_DOWN = (
    "the house cannot work just now; look before you do this again, or send it again with the same"
    " Idempotency-Key"
)


class Problem(Exception):  # noqa: N818 - an answer, not an error of ours
    """A request that ends here: its status, every reason, and headers of its own."""

    def __init__(
        self, status: int, reasons: Iterable[str], headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.reasons, self.headers = status, tuple(reasons), dict(headers or {})
        super().__init__(str(status))


def of(no: Refused | HouseDown) -> Problem:
    """What the house's own no is called here; that it is down is said without its detail."""
    if isinstance(no, HouseDown):
        return Problem(503, (_DOWN,), {"Retry-After": "30"})
    status = 404 if isinstance(no, Absent) else 409 if isinstance(no, Stale) else 422
    return Problem(status, no.reasons)


def answer(problem: Problem) -> Response:
    """The problem as a document."""
    kind, title = TITLES.get(problem.status, TITLES[500])
    document = {
        "type": f"urn:waymark:problem:{kind}",
        "title": title,
        "status": problem.status,
        "refused": True,
        "reasons": list(problem.reasons),
    }
    headers = {**HEADERS, **problem.headers}
    return Response(written(document), problem.status, headers, "application/problem+json")


def said(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer as JSON that nobody may keep."""
    return Response(written(document), status, {**HEADERS, **(headers or {})}, "application/json")


def written(document: Any) -> str:
    """A document as JSON; days and instants as everywhere."""
    return json.dumps(document, ensure_ascii=False, default=lambda value: value.isoformat())
