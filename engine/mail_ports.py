"""What the house asks of the mail in its store: what it owes, what came in, codes and feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.case import Owed
from engine.codes import Code
from engine.letters import Letter, Status
from engine.outbox import Attempt, Message, State


class Outbox(Protocol):
    """The messages of the house."""

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        """Lease owed messages whose time has come, urgent and oldest first; none while held."""
        ...

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        ...

    def settle(self, message: Message, attempt: Attempt) -> bool:
        """Record one try; False, and nothing is written, where the lease was lost."""
        ...

    def drop(self, message: Message, courier: str, reason: str) -> bool:
        """Leave a leased message unsent for good; False where the lease was lost."""
        ...

    def hasten(self, now: datetime) -> int:
        """Let messages that last found no mail server be tried at once; returns how many."""
        ...

    def free(self, courier: str) -> int:
        """Give back what a courier that is no more had leased; returns how many messages."""
        ...

    def let_go(self, message: Message, courier: str) -> None:
        """Give an untried message back."""
        ...

    def told(self, recipient: str) -> Sequence[Message]:
        """What one person was told or is owed, in the order in which it was owed."""
        ...

    def bounce(self, number: int, attempt: Attempt) -> bool:
        """Refuse an accepted message after all; False, and nothing is written, for any other."""
        ...

    def digested_at(self) -> datetime | None:
        """The instant at which digests were last looked for; None before the first time."""
        ...

    def owe_digests(self, owed: Sequence[Owed], at: datetime) -> int:
        """Owe messages that belong to no case, each once; returns how many are new.

        The instant is kept with them: the same moment of a day is not looked at twice.
        """
        ...

    def owe_apart(self, owed: Owed, at: datetime) -> int:
        """Owe one message that belongs to no case; returns its number."""
        ...

    def find(self, message_id: str) -> Message | None:
        """The message with this Message-ID, if there is one."""
        ...

    def get(self, number: int) -> Message: ...
    def attempts(self, number: int) -> Sequence[Attempt]: ...

    def failed(self, owed: datetime, tried: datetime) -> Sequence[tuple[Message, Attempt]]:
        """What of a case is refused or parked, each with its last try.

        Only what was owed at the one instant or later, and tried last at the other or later; in
        the order in which it was owed.
        """
        ...

    def list(self, state: State | None = None, case: str = "") -> Sequence[Message]: ...
    def counts(self) -> Mapping[str, int]: ...

    def park(self, number: int, reason: str) -> None:
        """Take an owed message out of sending. Errors: Absent, Refused."""
        ...

    def release(self, number: int, now: datetime) -> None:
        """Owe a parked or refused message again, with fresh patience. Errors: Absent, Refused."""
        ...


class Letters(Protocol):
    """The letters that came in."""

    def keep(self, letter: Letter, raw: bytes) -> int | None:
        """Keep a letter under a new number; None where it is kept already."""
        ...

    def get(self, number: int) -> Letter:
        """One letter. Errors: Absent."""
        ...

    def raw(self, number: int) -> bytes:
        """A letter as it came. Errors: Absent."""
        ...

    def list(self, status: Status | None = None, case: str = "") -> Sequence[Letter]:
        """Letters in the order in which they came."""
        ...

    def assigned(self) -> Sequence[Letter]:
        """Those a person has assigned to a message, in the order in which they came."""
        ...

    def failures(self, recipient: str, since: datetime) -> Sequence[Letter]:
        """Notices that messages to an address failed, kept since, the first one first."""
        ...

    def settle(self, letter: Letter, seen: Status) -> None:
        """Write where a letter is now. Errors: Stale where it is no longer as it was seen."""
        ...


class Codes(Protocol):
    """The one-time codes that were asked for."""

    def add(self, code: Code) -> None: ...

    def newest(self, message: int, browser: str) -> Code | None:
        """The last one this browser asked for through the link of a message."""
        ...

    def asked(self, since: datetime, recipient: str, to_sign_in: bool) -> Sequence[Code]:
        """Those of one person that were asked for since then: to sign in, or with links."""
        ...

    def tried(self, number: int, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough."""
        ...

    def use(self, number: int, now: datetime, browser: str) -> bool:
        """A code opens a page, for another token of its browser; False where one was opened."""
        ...

    def finish(self, number: int, now: datetime) -> bool:
        """Something was decided on the page; False where that was so already."""
        ...


class Feeds(Protocol):
    """The addresses under which people have their dates in a calendar of their own."""

    def of(self, email: str) -> tuple[int, int]:
        """The number and the serial of a person's feed, which begins where there is none."""
        ...

    def get(self, number: int) -> tuple[str, int] | None:
        """Whose feed has this number, and its serial."""
        ...

    def renew(self, email: str) -> tuple[int, int]:
        """Give a person's feed the next serial: its address is another one from now on."""
        ...
