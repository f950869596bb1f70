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
}


_UNFILLED = re.compile(r"\{\{|\{%|\}\}|%\}|<!--%|%-->")
# One of these stands wherever a pattern finds something; most mails have none, which is seen in a
# fraction of the time. They are looked for in small letters, of which each is one letter.
_NUMBERS = re.compile(
    r"\d(?:\d\d[ -]?\d{3}[ -]?\d{4}|[a-z\d]?\s*\d[a-z]{2}|\d*[\s-](?:day|week|month|year))"
)
_AGED = re.compile(r"aged?\s+\d")
_WORDS = ("birth", "b\u0131rth", "born", "dob", "d.ob", "do.b", "d.o.b")


def _is_suspect(text: str) -> bool:
    small = text.replace("\u0130", "i").lower()
    return (
        any(word in small for word in _WORDS)
        or _AGED.search(small) is not None
        or _NUMBERS.search(small) is not None
    )


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
    suspect = PATTERNS.items() if _is_suspect(straight) else ()
    found = [
        f"The mail carries what looks like {what}."
        for what, pattern in (*suspect, ("an unfilled place in a template", _UNFILLED))
        if pattern.search(straight)
    ]
    values = [word for word in map(_plain, forbidden) if word]
    plain = _plain(text) if values else ""
    if any(_says(plain, word) for word in values):
        found.append("The mail carries a value of the case that may not leave the house.")
    return tuple(found)
