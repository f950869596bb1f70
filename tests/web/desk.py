"""People at the pages of a house: a browser each, the link of an email, and the code that came."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from engine.codes import KIND, code_in
from engine.keys import key_of
from engine.outbox import Message
from tests.cli.driver import COUNCIL, HOSPITAL, Home
from tests.cli.test_story_of_a_dispute import line_manager, raise_dispute
from web import guard
from web.answers import app_of
from web.held import COOKIE
from workflows.wiring import Premises, enter

SECURE = "https://testserver"


class Browser:
    """One person's browser, which opened the link of one message."""

    def __init__(self, premises: Premises, message: Message) -> None:
        self.premises, self.message = premises, message
        self.key = key_of(premises.store.secret, message)
        self.client = TestClient(app_of(premises), SECURE, raise_server_exceptions=False)
        self.enter()

    def enter(self) -> Response:
        """Give the key, as the link's page does: the question, where it is one."""
        return self.client.post("/r/", data={"key": self.key})

    @property
    def cookie(self) -> str:
        """What the cookie of this link is called over TLS."""
        return guard.cookie_name(secure=True, base=f"{COOKIE}{self.message.id}")

    @property
    def held(self) -> str:
        """What this browser holds for its link: the mark of the key, a full stop, and a token."""
        return next((str(c.value) for c in self.client.cookies.jar if c.name == self.cookie), "")

    def hold(self, value: str) -> None:
        """Let the browser hold something else for its link, as somebody might who wrote it."""
        self.client.cookies.set(self.cookie, value, "testserver.local", "/")

    @property
    def at(self) -> str:
        """Where the pages of this link are."""
        return f"/r/{self.message.id}"

    def get(self, page: str = "", **query: str) -> Response:
        return self.client.get(f"{self.at}{page}", params=query)

    def post(self, page: str = "", **fields: Any) -> Response:
        return self.client.post(f"{self.at}{page}", data=fields)

    def codes(self) -> list[str]:
        """The codes that were mailed to this person about this case, the newest last."""
        with self.premises.store.begin() as work:
            mails = [m for m in work.outbox.list(case=self.message.case)
                     if m.kind == KIND and m.recipient == self.message.recipient]  # fmt: skip
        made = self.premises.store.secret.at
        return [code_in(made(m.owed_at), m.case, m.anchor, m.recipient) for m in mails]

    def ask(self) -> str:
        """Ask for a code, and the one that came."""
        assert self.post("/code").status_code == 200
        return self.codes()[-1]

    def sign_in(self) -> Response:
        """Ask for a code and type it in; the page that it opens."""
        shown = self.post("/open", code=self.ask())
        assert shown.status_code == 200, words(shown)
        return shown

    def seen(self) -> str:
        """The mark of the case as the page shows it."""
        page = self.get("/decide", choice=self.choices()[0]).text
        return page.split('name="seen" value="', 1)[1].split('"', 1)[0]

    def choices(self) -> list[str]:
        """What the page offers."""
        page = self.get("/decide").text
        return [part.split('"', 1)[0] for part in page.split('name="choice" value="')[1:]]

    def decide(self, choice: str, **facts: str) -> Response:
        """Do one thing, on the case as it is shown now."""
        fields = {f"f_{key}": value for key, value in facts.items()}
        return self.post("/decide", choice=choice, seen=self.seen(), **fields)


def words(answer: Response) -> str:
    return html.unescape(answer.text)


class Dispute:
    """A dispute between a hospital and a council whose outcome waits to be confirmed."""

    def __init__(self, house: Home, premises: Premises, reference: str) -> None:
        self.house, self.premises, self.reference = house, premises, reference

    @property
    def case(self) -> Any:
        return self.house.do("show", self.reference)

    def messages(self, **of: str) -> list[Message]:
        with self.premises.store.begin() as work:
            found = work.outbox.list(case=self.reference)
        return [m for m in found if all(getattr(m, name) == value for name, value in of.items())]

    def asked(self, agency: str) -> Browser:
        """The browser of whoever was asked to confirm for an agency, at that email's link."""
        task = next(t for t in self.case["tasks"]
                    if t["kind"] == "confirm" and t["agency"] == agency)  # fmt: skip
        message = next(m for m in self.messages(recipient=task["recipient"], kind="asked")
                       if m.about["task"] == task["id"])  # fmt: skip
        return Browser(self.premises, message)


@contextmanager
def agreed(house: Home) -> Iterator[Dispute]:
    """Raised between practitioners, left to climb, and an outcome proposed by the managers."""
    house.at("2024-12-24T11:00")
    reference = str(raise_dispute(house)["reference"])
    house.at("2024-12-30T17:01")
    house.do("sweep")
    house.at("2025-01-02T10:00")
    outcome = {"agreed_what": "A joint assessment.", "agreed_actions": "Both, by Friday."}
    house.act("propose", reference, line_manager(house, COUNCIL), **outcome)
    with enter(Path(house.folder)) as premises:
        yield Dispute(house, premises, reference)


__all__ = ["COUNCIL", "HOSPITAL", "Browser", "Dispute", "agreed", "words"]
