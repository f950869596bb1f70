"""What a person or a program typed, as text: whole, without what no text holds."""

from __future__ import annotations

import re

from engine.errors import Refused

# Control characters, and what is left of bytes that are no text.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("[\t\n\r\u2028\u2029]")


def text(value: str, what: str) -> str:
    """Text of one line or several. Errors: Refused where it holds what no text holds."""
    if _ODD.search(value):
        raise Refused([f"{what}: there is a character in it that is no text; type it again"])
    return value


def odd(value: str) -> bool:
    """Whether it is no line of plain text."""
    return bool(_ODD.search(value) or _BREAK.search(value))


def line(value: str, what: str) -> str:
    """Text of one line. Errors: Refused where it is none."""
    if _BREAK.search(text(value, what)):
        raise Refused([f"{what}: it must be one line of plain text"])
    return value.strip()


def address(value: str, what: str) -> str:
    """An email address in small letters, as people are known here. Errors: Refused."""
    found = line(value, what).lower()
    if found.count("@") != 1 or any(map(str.isspace, found)):
        raise Refused([f"{what}: an email address is needed"])
    return found
