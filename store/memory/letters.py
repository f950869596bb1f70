"""The letters of a house in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.letters import Letter, Status
from store.memory.picture import Pages
from store.refusals import letter_moved, no_letter


class Letters:
    """The letters of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def keep(self, letter: Letter, raw: bytes) -> int | None:
        """Keep a letter under a new number; None where it is kept already."""
        kept: dict[int, tuple[Letter, bytes]] = self._pages.own("letters")
        for known, _ in kept.values():
            if known.digest == letter.digest or known.fingerprint == letter.fingerprint:
                return None
        number = len(kept) + 1
        kept[number] = (replace(letter, id=number), raw)
        return number

    def get(self, number: int) -> Letter:
        """One letter. Errors: Absent."""
        return self._found(number)[0]

    def raw(self, number: int) -> bytes:
        """A letter as it came. Errors: Absent."""
        return self._found(number)[1]

    def list(self, status: Status | None = None, case: str = "") -> Sequence[Letter]:
        """Letters in the order in which they came."""
        letters = (letter for letter, _ in self._pages.seen.letters.values())
        return tuple(x for x in letters if status in (None, x.status) and case in ("", x.case))

    def assigned(self) -> Sequence[Letter]:
        """Those a person has assigned to a message, in the order in which they came."""
        letters = (letter for letter, _ in self._pages.seen.letters.values())
        return tuple(x for x in letters if x.suggested and x.suggested == x.outbox)

    def failures(self, recipient: str, since: datetime) -> Sequence[Letter]:
        """Notices that messages to an address failed, kept since, the first one first."""
        seen = self._pages.seen
        told = (x for x, _ in seen.letters.values() if x.failure and x.received_at >= since)
        return tuple(
            x for x in told if x.outbox and seen.messages[x.outbox].message.recipient == recipient
        )

    def settle(self, letter: Letter, seen: Status) -> None:
        """Write where a letter is now. Errors: Stale where it is no longer as it was seen."""
        kept: dict[int, tuple[Letter, bytes]] = self._pages.own("letters")
        known = kept.get(letter.id)
        if known is None or known[0].status is not seen:
            raise letter_moved(letter.id)
        before, raw = known
        now = replace(
            before,
            outbox=letter.outbox,
            case=letter.case,
            proposed=letter.proposed,
            status=letter.status,
            reason=letter.reason,
            settled_by=letter.settled_by,
            settled_at=letter.settled_at,
            suggested=letter.suggested,
        )
        kept[letter.id] = (now, raw)

    def _found(self, number: int) -> tuple[Letter, bytes]:
        found = self._pages.seen.letters.get(number)
        if found is None:
            raise no_letter(number)
        return found
