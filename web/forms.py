"""Forms made from facts: one field for each, read back into the words of a fact.

A day is three boxes and an instant has the time beside it, as public services ask for them; names
that are known are boxes to tick, and others have a line each. All is put together here, and left
for the engine to judge.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.facts import Choice, Fact, Kind
from engine.london import HOW_A_DAY, HOW_A_MOMENT
from web import boxes

FEW = 7  # so many choices are shown at once; more become a list to choose from
_PARTS = ("day", "month", "year")
_IN_BRACKETS = re.compile(r" ?\(([a-z][a-z0-9_]*)\)")
# What the engine says for whoever types commands, as a page says it.
_ON_A_PAGE = {
    HOW_A_DAY: "give the day, the month and the year, like 27 3 2026",
    HOW_A_MOMENT: "give the day, the month, the year and the time, like 9:30am or 16:40",
    ", separated by ;": "",
    "use 'ask' first": "ask agencies first",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: how it is asked, and what stands in it.

    shape is day, instant, radios, select, checkboxes, number, text, words, names or email.
    """

    key: str
    label: str
    shape: str
    choices: tuple[Choice, ...] = ()
    values: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    error: str = ""
    needed: bool = False

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def others(self) -> str:
        """Names that are not among the known ones, one on each line."""
        known = {choice.key for choice in self.choices}
        return "\n".join(name for name in self.values if name not in known)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal, with the field it speaks of where it speaks of one."""

    words: str
    field: str = ""


def fields(
    facts: Iterable[Fact],
    lists: Mapping[str, Sequence[str]],
    reasons: Sequence[Reason] = (),
) -> list[Field]:
    """The fields for these facts, as they were filled in."""
    wrong = {reason.field: reason.words for reason in reasons if reason.field}
    return [_field(fact, lists, wrong.get(fact.key, "")) for fact in facts]


def _field(fact: Fact, lists: Mapping[str, Sequence[str]], error: str) -> Field:
    shape, values = _shape(fact), tuple(lists.get(fact.key, ()))
    if shape == "names":
        values = tuple(_names(values))
    parts: tuple[tuple[str, str], ...] = ()
    if shape in ("day", "instant"):
        parts = tuple((name, _first(lists, f"{fact.key}-{name}")) for name in _parts(shape))
    return Field(fact.key, fact.label, shape, fact.vocabulary, values, parts, error)


def _shape(fact: Fact) -> str:
    if fact.kind in (Kind.CHOICE, Kind.YES_NO):
        return "radios" if len(fact.vocabulary) <= FEW else "select"
    return _SHAPES[fact.kind]


_SHAPES = {
    Kind.TEXT: "words",
    Kind.DAY: "day",
    Kind.INSTANT: "instant",
    Kind.CHOICES: "checkboxes",
    Kind.NAMES: "names",
    Kind.NUMBER: "number",
    Kind.PERSON: "email",
    Kind.NHS_NUMBER: "number",
}


def given(facts: Iterable[Fact], lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What a form gives, as facts in words; an empty field gives nothing."""
    return {key: value for key, value in _given(facts, lists) if value}


def _given(facts: Iterable[Fact], lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        shape = _shape(fact)
        if shape in ("day", "instant"):
            names = _parts(shape)
            typed = (_first(lists, f"{fact.key}-{name}").strip() for name in names)
            yield fact.key, boxes.moment(*typed)
        elif shape == "checkboxes":
            yield fact.key, ";".join(v for v in lists.get(fact.key, ()) if v)
        elif shape == "names":
            yield fact.key, ";".join(_names(lists.get(fact.key, ())))
        else:
            yield fact.key, _first(lists, fact.key).strip()


def _parts(shape: str) -> tuple[str, ...]:
    return (*_PARTS, "time") if shape == "instant" else _PARTS


def _names(values: Iterable[str]) -> list[str]:
    lines = [line.strip() for value in values for line in value.replace(";", "\n").splitlines()]
    return list(dict.fromkeys(filter(None, lines)))


def _first(lists: Mapping[str, Sequence[str]], name: str) -> str:
    found = lists.get(name, ())
    return found[0] if found else ""


def spread(facts: Iterable[Fact], values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Values as the fields of a form hold them: the way back from given()."""
    found: dict[str, tuple[str, ...]] = {}
    for fact in facts:
        if fact.key in values:
            found |= _spread(fact.key, _shape(fact), values[fact.key])
    return found


def _spread(key: str, shape: str, value: str) -> dict[str, tuple[str, ...]]:
    if shape not in ("day", "instant"):
        return {key: tuple(value.split(";")) if shape in ("checkboxes", "names") else (value,)}
    day, _, at = value.partition("T")
    year, month, number = [*day.split("-"), "", ""][:3]
    boxes = zip((*_PARTS, "time"), (number, month, year, at[:5]), strict=True)
    return {f"{key}-{name}": (part,) for name, part in boxes if part}


def reasons_of(refused: Sequence[str], keys: Iterable[str]) -> list[Reason]:
    """Each reason in words for a person, tied to the field whose key it names."""
    known = frozenset(keys)
    return [_reason(words, known) for words in refused]


def without_keys(words: str, keys: Container[str]) -> str:
    """A reason without the keys of facts in brackets, which only whoever types commands needs."""
    return _IN_BRACKETS.sub(lambda m: "" if m[1] in keys else m[0], words)


def _reason(words: str, known: frozenset[str]) -> Reason:
    named = [key for key in _IN_BRACKETS.findall(words) if key in known]
    plain = without_keys(words, known)
    for typed, shown in _ON_A_PAGE.items():
        plain = plain.replace(typed, shown)
    return Reason(plain[:1].upper() + plain[1:], named[0] if named else "")
