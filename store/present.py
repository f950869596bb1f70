"""What the house's own row says now, read once in a unit of work."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import HouseDown
from store import hot
from store.session import Session

NO_ROW = "The database has the tables of a house but no house in them. Restore the last backup."


@dataclass(slots=True)
class Present:
    """The directory's revision, and the rulebook and calendar new work runs under."""

    session: Session
    _row: tuple[int, str | None, str | None] | None = None

    @property
    def directory_revision(self) -> int:
        return self._read()[0]

    @property
    def rules(self) -> str | None:
        return self._read()[1]

    @property
    def calendar(self) -> str | None:
        return self._read()[2]

    def forget(self) -> None:
        """Read again when next asked: this unit changed the row, or is over."""
        self._row = None

    def _read(self) -> tuple[int, str | None, str | None]:
        if self._row is None:
            rows = self.session.read(hot.HOUSE_NOW)
            if not rows:
                raise HouseDown(NO_ROW)
            self._row = (rows[0][0], rows[0][1], rows[0][2])
        return self._row
