"""A page of HTML as lines of text, each character looked at once, which html.parser does not."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from notifications.parts import TEXT

_HIDDEN = re.compile(r"<(!--|(?:style|script|title)\b)", re.IGNORECASE)
_SHOWN = {
    "!--": re.compile("-->"),
    **{name: re.compile(f"</{name}", re.IGNORECASE) for name in ("style", "script", "title")},
}
_TAG = re.compile(r"<[^<>]*>")
_LINES = frozenset(
    "p div tr li ul ol table hr h1 h2 h3 h4 h5 h6 pre body section article".split()  # noqa: SIM905
)
_QUOTE = "-----Original Message-----"
# Where a block begins or ends; many together are one new line.
_EDGE = "\x01"


def text_of(page: str) -> str:
    """HTML as lines: a block is one, and what was quoted says so. It never raises."""
    shown = " ".join(_shown(re.sub(rf"[\r\n\t{_EDGE}]", " ", page)))[:TEXT]
    text = re.sub(rf"{_EDGE}[{_EDGE} ]*", "\n", _TAG.sub(_in_lines, shown))
    try:
        return html.unescape(text)
    except ValueError:  # A number of thousands of digits is no character.
        return text


def _shown(page: str) -> Iterator[str]:
    at = 0
    while hidden := _HIDDEN.search(page, at):
        yield page[at : hidden.start()]
        closed = _SHOWN[hidden.group(1).lower()].search(page, hidden.end())
        if closed is None:
            return
        at = closed.end()
    yield page[at:]


def _in_lines(tag: re.Match[str]) -> str:
    name = re.match(r"</?([a-z0-9]*)", tag.group().lower())
    word = name.group(1) if name else ""
    if word == "blockquote" and tag.group()[1] != "/":
        return f"\n{_QUOTE}\n"
    if word == "br":
        return "\n"
    return _EDGE if word in _LINES else " " if word in ("td", "th") else ""
