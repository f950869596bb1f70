"""Facts: what may be recorded on a case, with the vocabulary and the check of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from engine.conditions import AnyOf, AtLeastBefore, Condition, Equals, Least, NotAfter, Recorded
from engine.length import london_date, parse_day, parse_instant


class Kind(StrEnum):
    """What sort of value a fact holds; every value travels as text."""

    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    NAMES = "names"
    NUMBER = "number"
    PERSON = "person"
    NHS_NUMBER = "nhs_number"


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a vocabulary: the key others use and the label people read."""

    key: str
    label: str


NHS_DIGITS = 10
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something recorded on a case, used by conditions, clocks and forms."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    choices: tuple[Choice, ...] = ()
    identifying: bool = False
    past: bool = False
    now: bool = False

    @property
    def recorded(self) -> Condition:
        return Recorded(self.key)

    def equals(self, value: str) -> Condition:
        return Equals(self.key, value)

    def any_of(self, *values: str) -> Condition:
        return AnyOf(self.key, values)

    def not_after(self, other: Fact) -> Condition:
        return NotAfter(self.key, other.key)

    def before(self, other: Fact, length: str) -> Condition:
        return AtLeastBefore(self.key, other.key, length)

    def at_least(self, count: int) -> Condition:
        return Least(self.key, count)

    @property
    def vocabulary(self) -> tuple[Choice, ...]:
        return YES_NO if self.kind is Kind.YES_NO else self.choices


def yes_no(key: str, label: str) -> Fact:
    return Fact(key, label, Kind.YES_NO)


def day(key: str, label: str, *, past: bool = True, identifying: bool = False) -> Fact:
    return Fact(key, label, Kind.DAY, past=past, identifying=identifying)


def instant(key: str, label: str, *, now: bool = False) -> Fact:
    return Fact(key, label, Kind.INSTANT, past=True, now=now)


def text(key: str, label: str, *, identifying: bool = False) -> Fact:
    return Fact(key, label, identifying=identifying)


def choice(key: str, label: str, choices: tuple[Choice, ...]) -> Fact:
    return Fact(key, label, Kind.CHOICE, choices)


def choices(key: str, label: str, options: tuple[Choice, ...]) -> Fact:
    return Fact(key, label, Kind.CHOICES, options)


def words(*pairs: str) -> tuple[Choice, ...]:
    """Read "key: label" pairs as a vocabulary; a bare key labels itself."""
    return tuple(_word(pair) for pair in pairs)


def _word(pair: str) -> Choice:
    key, _, label = pair.partition(": ")
    return Choice(key, label or key.replace("_", " ").capitalize())


UNSTORABLE = "it holds a character that cannot be stored; type it again instead of pasting it"


def storable(text: str) -> bool:
    """Whether every database can keep a text: no half letters, and no NUL."""
    return (text.isascii() and "\0" not in text) or _whole(text)


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def read(fact: Fact, value: str, now: datetime) -> str:
    """Return the canonical text of a value, London read as London.

    Errors: ValueError in words fit for the person who typed it.
    """
    value = value.strip()
    if not storable(value):
        raise ValueError(UNSTORABLE)
    if not value:
        raise ValueError("nothing was given; leave the fact out instead")
    reader = _READERS.get(fact.kind)
    canonical = reader(fact, value) if reader else value
    if fact.past and _in_future(canonical, now):
        raise ValueError("it is in the future")
    return canonical


def _in_future(value: str, now: datetime) -> bool:
    if len(value) == len("2024-12-20"):
        return date.fromisoformat(value) > london_date(now)
    return datetime.fromisoformat(value) > now


def _day(fact: Fact, value: str) -> str:
    return parse_day(value).isoformat()


def _instant(fact: Fact, value: str) -> str:
    """A day given alone stays a day: it is read as 00:00 London and marked estimated."""
    if len(value) <= len("2024-12-20"):
        return parse_day(value).isoformat()
    return parse_instant(value).astimezone(UTC).isoformat(timespec="seconds")


def _choice(fact: Fact, value: str) -> str:
    known = [c.key for c in fact.vocabulary]
    if value.lower() not in known:
        raise ValueError(f"the answer must be one of: {', '.join(known)}")
    return value.lower()


def _choices(fact: Fact, value: str) -> str:
    return ";".join(dict.fromkeys(_choice(fact, part.strip()) for part in value.split(";")))


def _names(fact: Fact, value: str) -> str:
    return ";".join(dict.fromkeys(part.strip() for part in value.split(";") if part.strip()))


def _number(fact: Fact, value: str) -> str:
    if not value.isdigit():
        raise ValueError("a whole number is needed")
    return str(int(value))


def _person(fact: Fact, value: str) -> str:
    if value.count("@") != 1 or any(c.isspace() for c in value):
        raise ValueError("an email address is needed")
    return value.lower()


def _nhs_number(fact: Fact, value: str) -> str:
    digits = value.replace(" ", "").replace("-", "")
    if len(digits) != NHS_DIGITS or not digits.isascii() or not digits.isdigit():
        raise ValueError("an NHS number has ten digits")
    weighted = sum(int(d) * (10 - i) for i, d in enumerate(digits[:9]))
    if (11 - weighted % 11) % 11 != int(digits[9]):
        raise ValueError("the NHS number's check digit does not agree; look for a mistyped digit")
    return digits


_READERS = {
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.YES_NO: _choice,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.NAMES: _names,
    Kind.NUMBER: _number,
    Kind.PERSON: _person,
    Kind.NHS_NUMBER: _nhs_number,
}
