"""A mail server in a process of its own: it notes each mail before it says that it has it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from notifications.catcher import Catcher
from tests.faults.points import served

NOBODY = "nobody@trust.example"  # the one recipient the server refuses


class Sink:
    """Where the mail server is, and its book: a line for each mail it took over, with the time."""

    def __init__(self, book: Path, port: int) -> None:
        self.book, self.port = book, port

    def caught(self) -> list[tuple[str, str]]:
        """The Message-ID and recipient of each mail taken over, in order, repeats included."""
        lines = self.book.read_text().splitlines() if self.book.exists() else []
        return [(line.split()[0], line.split()[1]) for line in lines]

    def times(self) -> dict[str, float]:
        """When each mail was taken over for the first time, by its Message-ID."""
        lines = self.book.read_text().splitlines()
        return {line.split()[0]: float(line.split()[-1]) for line in reversed(lines)}

    def identities(self) -> list[str]:
        return [identity for identity, _ in self.caught()]

    def clear(self) -> None:
        self.book.unlink(missing_ok=True)


class _Noting(Catcher):
    """A catcher that notes each mail in a book, which outlives every process that mails."""

    def __init__(self, book: Path, pipelining: bool) -> None:
        super().__init__(pipelining=pipelining)
        self.book = book

    async def handle_RCPT(  # noqa: N802 - the name is the one aiosmtpd calls
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if address == NOBODY:
            return "550 5.1.1 Nobody here has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        mail = self.caught.pop()
        with self.book.open("a") as book:
            book.write(f"{mail.message_id} {' '.join(mail.recipients)} {time.time():.3f}\n")
        return answer


@contextmanager
def listening(book: Path, pipelining: bool = True) -> Iterator[Sink]:
    """A mail server that runs until we leave."""
    with served(lambda: _Noting(book, pipelining)) as port:
        yield Sink(book, port)
