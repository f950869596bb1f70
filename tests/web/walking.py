"""Somebody who walks through a house: what a page leads to, its forms, and the way through all."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from httpx import Response
from starlette.testclient import TestClient

from web import guard
from web.doors import Door
from web.entrance import DOORS

FAULT = 500

_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data")


@dataclass
class Form:
    """A form with a word in each of its fields, the first choice of each, and its first button."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The addresses and the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self._waiting = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.addresses += [has[name] for name in _ADDRESSES if name in has]
        self._waiting += tag == "template"
        if self._waiting:
            # A form that a script may show one day can be sent by nobody yet.
            return
        if tag == "form":
            self.forms.append(Form(has.get("method", "get").upper(), has.get("action", "")))
        elif self.forms:
            self._field(tag, has)

    def handle_endtag(self, tag: str) -> None:
        self._waiting -= tag == "template"

    def _field(self, tag: str, has: dict[str, str]) -> None:
        fields, name, kind = self.forms[-1].fields, has.get("name", ""), has.get("type", "text")
        self._select = name if tag == "select" else self._select
        if tag == "textarea":
            fields[name] = "x"
        elif tag == "option" and has.get("value"):
            fields.setdefault(self._select, has["value"])
        elif tag == "button" and name:
            fields.setdefault(name, has.get("value", ""))
        elif tag == "input" and name:
            fields.setdefault(name, has.get("value") or _typed(name, kind))


_WORDS = {
    "day": "20", "month": "12", "year": "2024", "time": "10:00", "nhs_number": "999 000 0018",
    "message": "1",
}  # fmt: skip


def _typed(name: str, kind: str) -> str:
    if kind == "email":
        return "a@agency.example"
    return _WORDS.get(name.rpartition("-")[2], "x") if kind == "text" else ""


def kind_of(answer: Response) -> str:
    return str(answer.headers.get("content-type", ""))


def page_of(answer: Response) -> Page:
    """An answer as a page; one that is none has nothing on it."""
    return Page(answer.text if "html" in kind_of(answer) else "")


def addresses_in(answer: Response) -> list[str]:
    """All that an answer names: where it sends on to, its links and forms, a style's pictures."""
    found = [answer.headers["location"]] if "location" in answer.headers else []
    found += page_of(answer).addresses
    if "css" in kind_of(answer):
        found += re.findall(r"url\([\"']?([^)\"']+)", answer.text)
    return [address for address in found if not address.startswith(("data:", "mailto:", "tel:"))]


@cache
def door_at(method: str, path: str) -> Door | None:
    """The door of the console behind a path."""
    for door in DOORS:
        shape = re.sub(r"{\w+}", "[^/]+", re.sub(r"{\w+:path}", ".+", door.path))
        if door.method == method and re.fullmatch(shape, path):
            return door
    return None


Heard = Callable[[str, Response], None]
Step = tuple[str, str, dict[str, str]]


class Walk:
    """Somebody who follows every link of a house and sends every form, a few of each kind.

    heard is told each answer with its address; visit is the cookie of whoever walks; the doors in
    leaving are passed by.
    """

    def __init__(
        self,
        client: TestClient,
        root: str,
        secret: bytes,
        visit: str,
        heard: Heard,
        *,
        few: int,
        leaving: frozenset[str] = frozenset(("sign-out",)),
    ) -> None:
        self.client, self.root, self.secret, self.visit = client, root, secret, visit
        self.heard, self.few, self.leaving = heard, few, leaving
        self.opened: Counter[str] = Counter()
        self.redirected: set[str] = set()
        # A clock that is moved sends what is owed: there is more to do before.
        self._todo: deque[Step] = deque()
        self._last: deque[Step] = deque()

    def all(self, *starts: str) -> None:
        for start in starts:
            self._later("GET", start, {})
        while self._todo or self._last:
            self.go(*(self._todo or self._last).popleft())

    def go(self, method: str, address: str, fields: dict[str, str]) -> Response:
        """Open one address, and put by what it leads to."""
        answer = self._sent(method, address, fields)
        door = self.door(method, address)
        if answer.is_redirect and door:
            self.redirected.add(door.name)
        page = page_of(answer)
        for found in (*answer.headers.get_list("location"), *page.addresses):
            self._later("GET", urldefrag(urljoin(address, found)).url, {})
        for form in page.forms:
            self._later(form.method, urljoin(address, form.action), form.fields)
        return answer

    def _sent(self, method: str, address: str, fields: dict[str, str]) -> Response:
        headers = {"cookie": f"{guard.COOKIE}={self.visit}"}
        # A clock that is moved gives a new cookie, which the forms shown before do not know.
        token = {"guard": guard.token(self.secret, self.visit)} if method == "POST" else {}
        data = {**fields, **token} or None
        answer: Response = self.client.request(method, address, data=data, headers=headers)
        self.visit = answer.cookies.get(guard.COOKIE) or self.visit
        self.client.cookies.clear()
        assert answer.status_code < FAULT, (method, address)
        self.heard(address, answer)
        return answer

    def door(self, method: str, address: str) -> Door | None:
        """The door of the console that an address leads to."""
        return door_at(method, "/" + urlsplit(address.removeprefix(self.root)).path)

    def _later(self, method: str, address: str, fields: dict[str, str]) -> None:
        if not address.startswith(self.root):
            return
        door = self.door(method, address)
        name = door.name if door else address
        self.opened[name] += 1
        if self.opened[name] <= self.few and name not in self.leaving:
            (self._last if name == "move-clock" else self._todo).append((method, address, fields))
