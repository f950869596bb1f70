"""A mail server that keeps what it is given and sends nothing on: for practice and for tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from notifications.listener import HERE, Listener

__all__ = ["HERE", "Catcher", "Caught", "file_name", "kept", "kept_mail"]

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as it arrived; repr shows no content."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"] or "").strip()

    def __repr__(self) -> str:
        return f"Caught({self.message_id})"


def file_name(message_id: str) -> str:
    """The name a caught mail is kept under: a digest of its identity, the same for a repeat."""
    return f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"


def kept(folder: Path) -> Sequence[str]:
    """The names of the mails that are kept in a folder, the newest first."""
    found = [p for p in folder.glob("*.eml") if _NAME.fullmatch(p.stem)]
    return [p.stem for p in sorted(found, key=lambda p: (p.stat().st_mtime_ns, p.stem))][::-1]


def kept_mail(folder: Path, name: str) -> EmailMessage | None:
    """One of them by its name; None where there is none of this name."""
    file = folder / f"{name}.eml"
    if not (_NAME.fullmatch(name) and file.is_file()):
        return None
    return message_from_bytes(file.read_bytes(), policy=policy.default)


class Catcher:
    """A catcher on this machine only, running between __enter__ and __exit__.

    folder: where each mail is also kept as an .eml file. port 0 takes a free one. pipelining:
    whether it takes commands together. It runs in a thread of its own; caught grows by whole mails.
    """

    def __init__(self, folder: Path | None = None, port: int = 0, pipelining: bool = True) -> None:
        self.folder, self.port, self.pipelining = folder, port, pipelining
        self.caught: list[Caught] = []
        self._server: Listener | None = None

    async def handle_EHLO(  # noqa: N802 - the name is the one aiosmtpd calls
        self, _server: object, session: Any, _envelope: object, host: str, offers: list[str]
    ) -> list[str]:
        session.host_name = host
        return [*(["250-PIPELINING"] if self.pipelining else []), *offers]

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Keep one mail; the name is the one aiosmtpd calls."""
        content = envelope.original_content or b""
        caught = Caught(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        name = file_name(caught.message_id)
        if self.folder is not None:
            (self.folder / name).write_bytes(content)
        self.caught.append(caught)
        return f"250 2.0.0 Kept as {name.removesuffix('.eml')[:12]}"

    def __enter__(self) -> Self:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        self._server = Listener(self, HERE, self.port)
        self.port = self._server.port
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
