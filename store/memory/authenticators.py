"""The authenticator apps of a house in memory, and the codes that stand in for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from engine.authenticators import Authenticator
from store.memory.picture import Pages


class Authenticators:
    """The authenticator apps of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def begin(self, authenticator: Authenticator) -> None:
        """Keep one that waits to be confirmed, in place of another that waits."""
        kept: dict[int, Authenticator] = self._pages.own("authenticators")
        found = self.of(authenticator.email)
        if found is None:
            kept[len(kept) + 1] = replace(authenticator, id=len(kept) + 1)
        elif not found.is_on:
            kept[found.id] = replace(
                found, chance=authenticator.chance, made_at=authenticator.made_at
            )

    def of(self, email: str) -> Authenticator | None:
        """The one of a person that was not removed, confirmed or not."""
        found = self._pages.seen.authenticators.values()
        return next((a for a in found if a.email == email and a.removed_at is None), None)

    def list(self) -> Sequence[Authenticator]:
        """Every one there was, the first made first."""
        return tuple(self._pages.seen.authenticators.values())

    def tried(self, number: int, now: datetime, since: datetime, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough since."""

        def counted(found: Authenticator) -> Authenticator | None:
            if found.tries_from is None or found.tries_from <= since:
                return replace(found, tries=1, tries_from=now)
            return replace(found, tries=found.tries + 1) if found.tries < most else None

        return self._change(number, counted)

    def accept(self, number: int, step: int) -> bool:
        """Take the code of a step of time; False where that step, or a later one, was taken."""
        return self._change(
            number, lambda a: replace(a, step=step) if not a.removed_at and a.step < step else None
        )

    def confirm(self, number: int, now: datetime) -> bool:
        """Ask for its codes from now on; False where it was confirmed or removed."""
        return self._change(
            number,
            lambda a: None if a.removed_at or a.confirmed_at else replace(a, confirmed_at=now),
        )

    def remove(self, number: int, now: datetime, by: str) -> bool:
        """Ask for its codes no more; False where it was removed."""
        return self._change(
            number, lambda a: None if a.removed_at else replace(a, removed_at=now, removed_by=by)
        )

    def spare(self, number: int, digests: Sequence[str]) -> None:
        """Keep the codes that stand in for it, in place of all there were."""
        kept: dict[tuple[int, str], datetime | None] = self._pages.own("spares")
        for name in [name for name in kept if name[0] == number]:
            del kept[name]
        kept.update({(number, digest): None for digest in digests})

    def spend(self, number: int, digest: str, now: datetime) -> bool:
        """Use one of those codes; False where there is none such, or it was used."""
        kept: dict[tuple[int, str], datetime | None] = self._pages.own("spares")
        if kept.get((number, digest), now) is not None:
            return False
        kept[number, digest] = now
        return True

    def unspent(self, number: int) -> Sequence[str]:
        """What is kept of those codes that were not used."""
        spares = self._pages.seen.spares.items()
        return [digest for (of, digest), used in spares if of == number and used is None]

    def _change(self, number: int, change: Callable[[Authenticator], Authenticator | None]) -> bool:
        kept: dict[int, Authenticator] = self._pages.own("authenticators")
        changed = change(kept[number]) if number in kept else None
        if changed is not None:
            kept[number] = changed
        return changed is not None
