"""Looks a written mail over for what may not leave the house."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# The United Kingdom's postcode areas, so that "T1 2nd" is not mistaken for a postcode.
_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|"
    "EC|EH|EN|EX|FK|FY|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|"
    "LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|"
    "SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE|"
    "B|E|G|L|M|N|S|W"
)

PATTERNS = {
    "an NHS number": re.compile(r"(?<![\w+])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])"),
    "a postcode": re.compile(
        rf"\b(?=[A-Z]{{1,2}}\d)(?:{_AREAS})\d[A-Z\d]?\s*\d[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE
    ),
    "a date of birth or an age": re.compile(
        r"\bdates?\s+of\s+birth\b|\bbirth\s?da(?:y|te)\b|\bd\.?o\.?b\b|\bborn\s+(?:on|in)\b"
        r"|\bborn\s+\d|\baged?\s+\d|\b\d+[\s-](?:day|week|month|year)s?[\s-]old\b",
        re.IGNORECASE,
    ),
    "an unfilled place in a template": re.compile(r"\{\{|\{%|\}\}|%\}|<!--%|%-->"),
}


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _says(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def lint(text: str, forbidden: Iterable[str] = ()) -> tuple[str, ...]:
    """Every reason this text may not be mailed, in words that repeat nothing of it.

    forbidden are values of the case that must stay in the house; capitals, widths of letters
    and spacing make no difference, and a value counts only as a whole word.
    """
    straight = unicodedata.normalize("NFKC", text)
    found = [
        f"The mail carries what looks like {what}."
        for what, pattern in PATTERNS.items()
        if pattern.search(straight)
    ]
    values = [word for word in map(_plain, forbidden) if word]
    plain = _plain(text) if values else ""
    if any(_says(plain, word) for word in values):
        found.append("The mail carries a value of the case that may not leave the house.")
    return tuple(found)
