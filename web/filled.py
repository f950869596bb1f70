"""A form as it was filled in, read field by field: everything wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.errors import Refused
from engine.length import parse_day

_LONGEST_NUMBER = 5  # figures: no meeting is larger
_NO_DAY = date.min


class Filled:
    """What a form gives; every() ends the reading of it.

    What is missing or cannot be read counts as empty, 0 or the first of all days until then.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._faults: list[str] = []

    def text(self, key: str, what: str) -> str:
        """What was typed or chosen."""
        if key not in self._given:
            self._faults.append(f"needed: {what} ({key})")
        return self._given.get(key, "")

    def day(self, key: str, what: str) -> date:
        """The day that was typed, as a day in London."""
        value = self.text(key, what)
        try:
            return parse_day(value) if value else _NO_DAY
        except ValueError as fault:
            self._faults.append(f"{what}: {fault} ({key})")
            return _NO_DAY

    def number(self, key: str, what: str) -> int:
        """The whole number that was typed."""
        value = self.text(key, what)
        if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
            return int(value)
        if value:
            self._faults.append(f"{what}: a whole number is needed ({key})")
        return 0

    def fault(self, words: str) -> None:
        """Something else that is wrong with what was typed."""
        self._faults.append(words)

    def every(self) -> None:
        """Errors: Refused with every fault there was."""
        if self._faults:
            raise Refused(self._faults)
