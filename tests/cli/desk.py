"""A house that asked an agency for a return, and letters about it, as files to collect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from engine.keys import key_of
from engine.outbox import Attempt, Message, Verdict
from tests.cli.driver import MANAGER, Home, notify, refer
from workflows.wiring import Premises, enter

SCHOOL = "safeguarding.lead@northmoor-schools.example"
STRANGER = "somebody@elsewhere.example"
DOMAIN = "northmoor-partnership.example"
SETTINGS = f"""\
[mail]
sender = "reviews@{DOMAIN}"
replies = "replies@{DOMAIN}"
bounces = "bounces@{DOMAIN}"
"""


@dataclass
class Desk:
    """A house, the case it asked about, and the message that asked the school."""

    home: Home
    reference: str
    message: Message
    key: str
    letters: int = 0

    @property
    def task(self) -> Any:
        return self.home.do("show", self.reference)["tasks"][0]

    @property
    def settled(self) -> Any:
        """The task as the record has it, without what was mailed about it and what came back."""
        return {key: value for key, value in self.task.items() if key != "told"}

    def letter(self, words: str = "Nil return.", sender: str = SCHOOL, **headers: str) -> Path:
        """A letter as a file; by its key unless other recipients are given."""
        self.letters += 1
        mail = EmailMessage()
        usual = {
            "From": sender,
            "To": f"replies+{self.key}@{DOMAIN}",
            "Subject": f"Re: {self.reference}",
            "Message-ID": f"<{self.letters}@northmoor-schools.example>",
        }
        for name, value in (usual | {k.replace("_", "-"): v for k, v in headers.items()}).items():
            if value:
                mail[name] = value
        mail.set_content(words)
        return self.file(mail.as_bytes())

    def file(self, raw: bytes) -> Path:
        path = (
            self.home.folder.parent / f"letter-{len(list(self.home.folder.parent.iterdir()))}.eml"
        )
        path.write_bytes(raw)
        return path

    def collect(self, *files: Path) -> dict[str, Any]:
        return dict(self.home.do("collect", *map(str, files)))

    def listed(self) -> list[dict[str, Any]]:
        return list(self.home.do("letters", "list")["letters"])

    def last(self) -> dict[str, Any]:
        return self.listed()[-1]

    def shown(self, number: int = 1) -> dict[str, Any]:
        return dict(self.home.do("letters", "show", str(number)))


def counts(**told: Any) -> dict[str, Any]:
    """What collect answers: nothing of each but what is told."""
    names = ("read", "proposed", "kept", "bounces", "unmatched", "known")
    return {**dict.fromkeys(names, 0), "trouble": [], **told}


def asked(house: Home, who: str = SCHOOL, agency: str = "Northmoor Schools") -> Desk:
    """Ask an agency, the school unless another is named, for its return."""
    (house.folder / "settings.toml").write_text(SETTINGS, "utf-8")
    reference = refer(house)["reference"]
    house.at("2025-01-02T10:00")
    notify(house, reference)
    house.do("ask", reference, "--as", MANAGER, "--agency", f"{agency}={who}")
    with inside(house) as premises, premises.store.begin() as work:
        message = next(
            m for m in work.outbox.list(case=reference)
            if m.recipient == who and m.about.get("task")
        )  # fmt: skip
        return Desk(house, reference, message, key_of(premises.store.secret, message))


@contextmanager
def inside(house: Home) -> Iterator[Premises]:
    """The house itself, where a command cannot say it."""
    with enter(house.folder) as premises:
        yield premises


def send(desk: Desk) -> None:
    """Let the mail server accept the message, without one."""
    with inside(desk.home) as premises, premises.store.begin() as work:
        now = premises.house.clock.now()
        claimed = work.outbox.claim(now, now.replace(year=now.year + 1), "courier", 999)
        for message in claimed:
            tried = Attempt(now, "courier", Verdict.ACCEPTED, 250, "2.0.0 Kept", "dot")
            assert work.outbox.settle(message, tried)
        work.commit()


__all__ = ["DOMAIN", "SCHOOL", "STRANGER", "Desk", "asked", "counts", "inside", "send"]
