"""Damage: a text with a few things in it removed, doubled, moved, swapped or replaced."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from random import Random

# Which times the size of a quick run: 1 to 100 make a release, in parts if need be.
FROM, TO = (int(os.environ.get(name, "1")) for name in ("FUZZ_FROM", "FUZZ_TO"))
TIMES = TO - FROM + 1

NASTY = (
    "", " ", "\x00", "\x1b[2J", "\n", "\r\n", "\t", "\ufeff", "\u202e", "\u200b", "\u2028",
    "é", "💀",
    "\ud800", '"', "'", '"""', "\\", "\\u0000", "\\ud800", "\\x", "#", "=", "==", ",", ",,,", ";",
    ":", "[", "]", "[[", "]]", "{", "}", "{}", "[]", "[[rule]]", "[mail]", "0", "-0", "-1", "1e999",
    "nan", "inf", "0x10", "1_000", "99999999999999999999999", "true", "false", "null", "None",
    "1979-05-27", "0001-01-01", "9999-12-31", "2025-02-29", "07:32:00", "24:00", "23:59:60",
    "1979-05-27T07:32:00Z", "15wd", "-7wd", "99999wd", "0h", "50%", "@now", "%s", "{0}", "{{7*7}}",
    "../../etc/passwd", "'; DROP TABLE house;--", "<script>", "a" * 3000, "[" * 2000, "é" * 500,
)  # fmt: skip
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def damaged(text: str, dice: Random) -> str:
    """One to four kinds of damage, to characters, words or whole lines."""
    for _ in range(dice.randint(1, 4)):
        text = dice.choice(_WAYS)(text, dice)
    return text


def seeds(number: int) -> Iterator[int]:
    """The seeds of a run of this size, so many for each time; no two parts share one."""
    yield from range(number * (FROM - 1), number * TO)


def _cut(text: str, dice: Random) -> str:
    at, length = _place(text, dice), dice.choice((1, 1, 2, 9, 60))
    return text[:at] + text[at + length :]


def _insert(text: str, dice: Random) -> str:
    at = _place(text, dice)
    return text[:at] + dice.choice(NASTY) + text[at:]


def _replace_word(text: str, dice: Random) -> str:
    if not text:
        return dice.choice(NASTY)
    start, end = _word(text, dice)
    other_start, other_end = _word(text, dice)
    other = dice.choice((text[other_start:other_end], dice.choice(NASTY)))
    return text[:start] + other + text[end:]


def _word(text: str, dice: Random) -> tuple[int, int]:
    """Where the word begins and ends that stands round a place; a long text has many thousands."""
    at = dice.randrange(len(text))
    while at and _TOKEN.fullmatch(text, at - 1, at + 1):
        at -= 1
    found = _TOKEN.match(text, at)
    return (found.start(), found.end()) if found else (at, at + 1)


def _double_line(text: str, dice: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = dice.randrange(len(lines))
    return "".join([*lines[: at + 1], dice.choice(lines), *lines[at:]])


def _drop_line(text: str, dice: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = dice.randrange(len(lines))
    return "".join([*lines[:at], *lines[at + 1 :]])


def _swap_lines(text: str, dice: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _end_early(text: str, dice: Random) -> str:
    return text[: _place(text, dice)]


def _place(text: str, dice: Random) -> int:
    return dice.randint(0, len(text))


_WAYS = (
    _cut, _insert, _insert, _replace_word, _replace_word, _replace_word, _double_line, _drop_line,
    _swap_lines, _end_early,
)  # fmt: skip
