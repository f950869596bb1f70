"""A mail taken apart without reading what is not needed.

Python's own parser takes a second and six times the memory for a large mail, and gives up on a
deep one. So the parts are found first, and only headers and short texts are handed to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value
from itertools import islice

from notifications.letterhead import is_address

LARGEST = 25 * 1024 * 1024
# What one mail may ask of us: levels of parts, parts, lines that may be boundaries, bytes and lines
# of one head, and the same of all. Real mail stays far below each.
DEEPEST, PARTS, MARKS = 10, 500, 20_000
HEAD, HEAD_LINES, HEADS, HEADS_LINES = 128 * 1024, 2_000, 256 * 1024, 4_000
TEXT = 64 * 1024
TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_LONGEST_PARAMETERS = 1_000

_MARK = re.compile(rb"\n--")
_BLANK = re.compile(rb"(?:\A|(?<=\n))\r?\n")
# Others cost too much to decode, or do not make text.
_CHARSETS = re.compile(
    r"utf-?8|utf-?(?:16|32)(?:[lb]e)?|us-ascii|iso-?8859-\d{1,2}|(?:windows-|cp)125\d|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)|iso-2022-jp|macintosh",
    re.IGNORECASE,
)


class _TooMuch(Exception):  # noqa: N818 - not an error: this mail is not read further
    pass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail: its headers in small letters, and where its body stands."""

    headers: Mapping[str, tuple[str, ...]]
    start: int
    end: int
    parts: tuple[Part, ...] = ()

    def get(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")

    def _line(self, name: str) -> Message:
        line = Message(compat32)
        if value := self.get(name):
            line[name] = value[:_LONGEST_PARAMETERS]
        return line

    @property
    def kind(self) -> str:
        """The kind of its content, such as text/plain."""
        return self._line("content-type").get_content_type()

    def parameter(self, name: str, header: str = "content-type") -> str:
        """A parameter of a header, or nothing."""
        found = self._line(header).get_param(name, "", header)
        return collapse_rfc2231_value(found).strip() if found else ""

    def leaves(self) -> Iterator[Part]:
        """Every part that has no parts; a mail within this one is such a part."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as parts; whole is false where nothing but headers was read."""

    raw: bytes
    root: Part
    whole: bool

    def text(self, part: Part, most: int = TEXT) -> str:
        """The text of a part as far as its first bytes go, whatever they are."""
        line = Message(compat32)
        encoding = part.get("content-transfer-encoding").strip().casefold()
        if encoding in ("base64", "quoted-printable"):
            line["Content-Transfer-Encoding"] = encoding
        data = self.raw[part.start : min(part.end, part.start + most)]
        if encoding == "base64":
            data = b"".join(data.split())
            # Cut within four letters, it would be left as it is.
            data = data[: len(data) // 4 * 4]
        line.set_payload(data.decode("ascii", "surrogateescape"))
        read = line.get_payload(decode=True)
        return decoded(read if isinstance(read, bytes) else b"", part.parameter("charset"))

    def recipients(self) -> tuple[str, ...]:
        """Every address it came to, as far as its headers tell."""
        return addresses(value for name in TO for value in self.root.headers.get(name, ()))


def decoded(data: bytes, charset: str = "") -> str:
    """Bytes as text in their charset, else as UTF-8, else as Western European."""
    if _CHARSETS.fullmatch(charset):
        try:
            return data.decode(charset, "replace")
        except (LookupError, ValueError):
            pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def addresses(values: Iterable[str]) -> tuple[str, ...]:
    """The plain addresses in some headers, lowercased, each once; names in quotes are left out."""
    found: dict[str, None] = {}
    for value in values:
        pieces = value.replace('\\"', "").split('"')
        bare = " ".join(pieces[::2] if len(pieces) % 2 else pieces)
        tokens = re.split(r"[\s,;:<>()\[\]]+", bare)
        found |= dict.fromkeys(token.lower() for token in tokens if is_address(token))
    return tuple(found)


def keys_in(found: Iterable[str], domain: str, local: str = "") -> tuple[str, ...]:
    """The keys in addresses such as replies+KEY@domain; any domain or local part where empty."""
    keys: dict[str, None] = {}
    for address in found:
        mailbox, _, host = address.lower().rpartition("@")
        name, plus, key = mailbox.rpartition("+")
        if plus and name and key and host == (domain.lower() or host) and name == (local or name):
            keys[key] = None
    return tuple(keys)


def line_of(text: str, longest: int) -> str:
    """The text on one line, printable, no longer than so many characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())[
        :longest
    ]


class _Skim:
    """Finds the parts of one mail, and gives up when it asks too much."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.sound = raw, True
        self.left = {"parts": PARTS, "bytes": HEADS, "lines": HEADS_LINES}
        self.marks: list[int] | None = None

    def _spend(self, what: str, much: int) -> None:
        self.left[what] -= much
        if self.left[what] < 0:
            raise _TooMuch

    def head(self, start: int, end: int) -> Part:
        """A part with its headers alone; not sound where they are broken or too long."""
        blank = _BLANK.search(self.raw, start, min(end, start + HEAD))
        stop, body = blank.span() if blank else (min(end, start + HEAD), end)
        lines = self.raw[start:stop].split(b"\n", HEAD_LINES)
        self._spend("bytes", stop - start)
        self._spend("lines", len(lines))
        read = BytesHeaderParser(policy=compat32).parsebytes(b"\n".join(lines[:HEAD_LINES]))
        cut = len(lines) > HEAD_LINES or (blank is None and end - start > HEAD)
        self.sound = self.sound and not cut and not read.defects and not read.get_payload()
        headers: dict[str, list[str]] = {}
        for name, value in read.raw_items():
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            headers.setdefault(name.lower(), []).append(" ".join(text.split()))
        return Part({name: tuple(values) for name, values in headers.items()}, body, end)

    def part(self, start: int, end: int, depth: int = 0) -> Part:
        """A part with all its parts."""
        self._spend("parts", 1)
        part = self.head(start, end)
        mark = part.parameter("boundary") if part.kind.startswith("multipart/") else ""
        if not mark:
            return part
        if depth >= DEEPEST:
            raise _TooMuch
        cuts = list(self._cuts(part, mark.encode("utf-8", "replace")))
        parts = tuple(self.part(a, b, depth + 1) for a, b in cuts)
        return Part(part.headers, part.start, part.end, parts)

    def _marked(self, start: int, end: int) -> list[int]:
        """Where lines begin with two hyphens; the mail is looked through for them once."""
        if self.marks is None:
            found = _MARK.finditer(self.raw, max(0, start - 1))
            self.marks = [mark.end() for mark in islice(found, MARKS + 1)]
            if len(self.marks) > MARKS:
                raise _TooMuch
        low, high = bisect_left(self.marks, start), bisect_left(self.marks, end)
        return self.marks[low:high]

    def _cuts(self, part: Part, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Where the parts between the boundaries begin and end."""
        begun = None
        for at in self._marked(part.start, part.end):
            after = at + len(boundary)
            if not self.raw.startswith(boundary, at):
                continue
            rest = self.raw[after : min(after + 80, part.end)].split(b"\n", 1)[0].strip()
            if rest not in (b"", b"--"):
                continue
            if begun is not None:
                yield begun, max(begun, at - len("\n--"))
            line = self.raw.find(b"\n", after, part.end)
            begun = None if rest or line < 0 else line + 1
            if rest:
                return
        if begun is not None:
            yield begun, part.end


def parse(raw: bytes, largest: int = LARGEST) -> Mail:
    """A mail as parts; of one that is too large, too deep or broken, its headers alone."""
    skim = _Skim(raw)
    try:
        root = skim.part(0, len(raw)) if len(raw) <= largest else skim.head(0, len(raw))
        return Mail(raw, root, skim.sound and len(raw) <= largest and bool(root.headers))
    except _TooMuch:
        return Mail(raw, _Skim(raw).head(0, len(raw)), whole=False)
