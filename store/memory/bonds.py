"""The bonds of a house in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.bonds import Bond
from store.memory.picture import Pages


class Bonds:
    """The bonds of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def bind(self, email: str, name: str, at: datetime) -> bool:
        """Bind a person and a name that are free; False where either is bound to another."""
        kept: dict[int, Bond] = self._pages.own("bonds")
        bound = [
            b for b in kept.values() if not b.released_at and (b.email == email or b.name == name)
        ]
        if bound:
            return all((b.email, b.name) == (email, name) for b in bound)
        kept[len(kept) + 1] = Bond(len(kept) + 1, email, name, at)
        return True

    def list(self) -> Sequence[Bond]:
        """Every one there was, the first made first."""
        return tuple(self._pages.seen.bonds.values())

    def release(self, email: str, at: datetime, by: str) -> bool:
        """Let a person be bound anew; False where they are not bound."""
        kept: dict[int, Bond] = self._pages.own("bonds")
        bound = [b for b in kept.values() if b.email == email and not b.released_at]
        kept.update((b.id, replace(b, released_at=at, released_by=by)) for b in bound)
        return bool(bound)
