"""The words of a reply: what is new in it, the answer it may mean, the day somebody is back."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice

MOST_WORDS = 10_000

_END = re.compile(
    r"--|-{2,20} ?original (?:message|appointment) ?-{2,20}|_{10,}|begin forwarded message:"
    r"|-{2,20} ?forwarded message ?-{2,20}|sent from (?:my|outlook|mail|yahoo|samsung)\b.*"
    r"|get outlook for .*|(?:this|the information in this) (?:e-?mail|message)\b.*\bconfidential.*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with|kind|kindest|best|warm) ){0,3}(?:regards|wishes)|yours (?:sincerely|faithfully)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\[?(?:caution|warning|external)\b.*|this (?:e-?mail|message) (?:originated|came)"
    r" from outside.*",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\*?(?:sent|date|to|subject):", re.IGNORECASE)
_GREETING = re.compile(r"(?:hi|hello|dear|good (?:morning|afternoon|evening))\b", re.IGNORECASE)
_LONGEST_LINE, _LONGEST_GREETING, _MOST_LINES = 400, 40, 4_000


def cut(text: str) -> str:
    """The new text of a reply: without what it quotes, its signature and what a gateway added.

    It goes over the lines once; a library for this took seconds over some short texts.
    """
    lines = _clean(text)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line, length = lines[at], _introduction(lines, at)
        if length:
            if not _is_quoted(lines, at + length):
                break
        elif _ends(lines, at, begun=bool(kept)):
            break
        elif not line.startswith(">") and (kept or (line and not _BANNER.fullmatch(line))):
            kept.append(line)
        at += length or 1
    return "\n".join(kept)[:MOST_WORDS].strip()


def _clean(text: str) -> list[str]:
    """The lines without what cannot be seen, and never two empty ones together."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = (_printable(line).strip() for line in lines[:_MOST_LINES])
    squeezed: list[str] = []
    for line in seen:
        if line or (squeezed and squeezed[-1]):
            squeezed.append(line)
    return squeezed


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else " " for c in line)


def _introduction(lines: list[str], at: int) -> int:
    """How many lines from here say that somebody wrote what follows, on a day."""
    if not lines[at].lower().startswith("on "):
        return 0
    for length in (1, 2, 3):
        said = " ".join(lines[at : at + length])[: _LONGEST_LINE + 1]
        if said.endswith("wrote:") and any(c.isdigit() for c in said):
            return length
    return 0


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether what follows is marked as quoted, so that new words may stand below it."""
    return any(line.startswith(">") for line in lines[at : at + 2])


def _ends(lines: list[str], at: int, begun: bool) -> bool:
    line = lines[at][:_LONGEST_LINE]
    closing = begun and _CLOSING.fullmatch(line.rstrip(" ,.!"))
    if closing or _END.fullmatch(line):
        return True
    block = re.match(r"\*?from:", line, re.IGNORECASE)
    return bool(block) and any(_BLOCK.match(line) for line in lines[at + 1 : at + 5])


def opening(words: str, most: int) -> list[str]:
    """The first lines that say something, after a greeting."""
    lines = (line for line in words.split("\n") if line)
    told = (line for line in lines if len(line) > _LONGEST_GREETING or not _GREETING.match(line))
    return list(islice(told, most))


_PHRASES = {
    "not me": "not_me", "wrong person": "not_me", "nil return": "nil",
    "nil to report": "nil", "nothing to report": "nil", "no information held": "nil",
    "none known": "nil",
    "no information": "nil", "thank you": "acknowledge", "nil": "nil", "nothing": "nil",
    "received": "received", "sent": "received", "attached": "received", "done": "received",
    "yes": "agree", "agree": "agree", "agreed": "agree", "no": "disagree", "disagree": "disagree",
    "acknowledged": "acknowledge", "thanks": "acknowledge", "noted": "acknowledge",
    "ok": "acknowledge", "okay": "acknowledge",
}  # fmt: skip
_PHRASE = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b")
_FILLING = frozenset("a all and have i is it many now our the this to us very we with you".split())  # noqa: SIM905
_LONGEST_ANSWER = 60


def proposed(words: str) -> str:
    """The one-word answer that the first line seems to give, or nothing where it may say more."""
    line = "".join(opening(words, 1)).casefold()
    if len(line) > _LONGEST_ANSWER or "?" in line:
        return ""
    found = {_PHRASES[phrase] for phrase in _PHRASE.findall(line)}
    rest = set(re.findall(r"[^\W_]+", _PHRASE.sub(" ", line)))
    # Thanks beside another answer is courtesy; beside a plain no it may be either.
    if len(found) > 1 and "disagree" not in found:
        found -= {"acknowledge"}
    return found.pop() if len(found) == 1 and rest <= _FILLING else ""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
_WHEN = re.compile(
    r"\b(?P<anchor>back|return(?:s|ing)?|available again|until|till)"
    r"(?: (?:again|at work|to work|in (?:the )?office|to (?:the )?office|from leave)){0,2}"
    r"(?: on| from|:)?(?: the)? "
    rf"(?:(?P<weekday>{'|'.join(_DAYS)})[a-z]{{0,6}},? (?:the )?)?"
    rf"(?:(?P<d1>\d{{1,2}}){_ORDINAL} (?:of )?(?P<m1>{_MONTH})(?:,? (?P<y1>\d{{4}})\b)?"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}}){_ORDINAL}\b(?:,? (?P<y2>\d{{4}})\b)?"
    r"|(?P<d3>\d{1,2})[/.](?P<m3>\d{1,2})[/.](?P<y3>\d{4}|\d{2})\b"
    r"|(?P<y4>\d{4})-(?P<m4>\d{2})-(?P<d4>\d{2})\b)(?P<inclusive>,? \(?inclusive)?",
    re.ASCII,
)
_SOON = 183


def back_on(text: str, sent_at: datetime | None) -> date | None:
    """The day its sender returns, as a day of return or else of an end; None where in doubt."""
    plain = " ".join(text[:4_000].casefold().split())
    days: dict[bool, set[date | None]] = {True: set(), False: set()}
    for when in _WHEN.finditer(plain):
        day = None if when["inclusive"] else _day(when, sent_at.date() if sent_at else None)
        days[when["anchor"] not in ("until", "till")].add(day)
    told = days[True] or days[False]
    return next(iter(told)) if len(told) == 1 else None


def _day(when: re.Match[str], sent: date | None) -> date | None:
    """The day of a match: day before month, in a year that can be right, on the weekday named."""
    written = {k[0]: v for k, v in when.groupdict().items() if v and k[1:].isdigit()}
    year, month = written.get("y", ""), written["m"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    years = [int(year) + 2000 * (len(year) == 2)] if year else _near(sent)  # noqa: PLR2004
    for near in years:
        try:
            day = date(near, number, int(written["d"]))
        except ValueError:
            continue
        late = sent is not None and (day < sent or (not year and (day - sent).days > _SOON))
        if not late and when["weekday"] in (None, _DAYS[day.weekday()]):
            return day
    return None


def _near(sent: date | None) -> list[int]:
    return [sent.year, sent.year + 1] if sent else []
