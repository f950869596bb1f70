"""Pictures for people who would rather look than read: the stages of a process, and its clocks.

Each is an SVG with a title and a description; the page says the same in words or a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from engine.definition import Process
from engine.length import in_words
from web.look import STATUS

_WIDE, _HIGH, _GAP, _LEFT = 350, 40, 22, 150
_INK, _PAPER, _HERE, _FAINT = "#0b0c0c", "#ffffff", "#1d70b8", "#b1b4b6"
_COLOURS = {"running": "#1d70b8", "breached": "#d4351c", "held": "#505a5f", "met": "#00703c",
            "met_late": "#b65c00", "cancelled": "#b1b4b6"}  # fmt: skip
# What can be read on each colour.
_ON = {**dict.fromkeys(_COLOURS, _PAPER), "cancelled": _INK}


def stages(process: Process, here: str = "") -> Markup:
    """The stages of a process from top to bottom, its ways between them, and where a case is.

    Ways onward run on the right and ways back on the left; a final stage has a double border.
    """
    rows = {stage.key: number for number, stage in enumerate(process.stages)}
    high = len(rows) * (_HIGH + _GAP) + _GAP
    ways = _ways(process, rows)
    deepest = max((abs(a - b) for a, b in ways), default=1)
    right = 40 + 14 * deepest
    parts = [_box(stage.label, rows[stage.key], stage.final, stage.key == here)
             for stage in process.stages]  # fmt: skip
    lines = [_way(source, target) for source, target in ways]
    now = process.stage_by_key.get(here)
    told = f"The stages of {process.label}" + (f"; the case is at: {now.label}" if now else "")
    return _svg(_LEFT + _WIDE + right, high, told, [_ARROW, *lines, *parts])


_ARROW = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
    f' orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="{_INK}"/></marker></defs>'
)


def _ways(process: Process, rows: dict[str, int]) -> list[tuple[int, int]]:
    """Each way between two stages once, as rows."""
    found = {
        (rows[source], rows[t.target]): None
        for t in process.transitions
        if t.target is not None
        for source in t.sources
        if source != t.target
    }
    return list(found)


def _top(row: int) -> int:
    return _GAP + row * (_HIGH + _GAP)


def _box(label: str, row: int, final: bool, here: bool) -> str:
    fill, ink = (_HERE, _PAPER) if here else (_PAPER, _INK)
    x, y = _LEFT, _top(row)
    box = (
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="4" fill="{fill}"'
        f' stroke="{_INK}" stroke-width="{3 if here else 1.5}"/>'
    )
    if final:
        box += (
            f'<rect x="{x + 4}" y="{y + 4}" width="{_WIDE - 8}" height="{_HIGH - 8}" rx="2"'
            f' fill="none" stroke="{ink}" stroke-width="1"/>'
        )
    words = escape(f"{label} (here)" if here else label)
    return (
        f'{box}<text x="{x + _WIDE / 2}" y="{y + _HIGH / 2 + 5}" text-anchor="middle"'
        f' font-size="14" fill="{ink}">{words}</text>'
    )


def _way(source: int, target: int) -> str:
    """A straight arrow to the next stage; a bow on the right onward, on the left back."""
    if target == source + 1:
        x = _LEFT + _WIDE / 2
        return _line(f"M{x} {_top(source) + _HIGH} V{_top(target) - 1}")
    reach = 14 * abs(target - source) + 20
    x, bow = (_LEFT + _WIDE, reach) if target > source else (_LEFT, -min(reach, _LEFT - 8))
    y1, y2 = _top(source) + _HIGH / 2 + 5, _top(target) + _HIGH / 2 - 5
    return _line(f"M{x} {y1} C{x + bow} {y1} {x + bow} {y2} {x} {y2}")


def _line(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{_INK}" marker-end="url(#tip)"/>'


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock to draw: from the day it started to the day it is due, and how it stands."""

    label: str
    starts: date
    due: date
    status: str


def clocks(found: Sequence[Clock], today: date) -> Markup:
    """The clocks of a case beside each other, with today across them."""
    first = min((*[c.starts for c in found], today))
    last = max((*[c.due for c in found], today))
    days = max((last - first).days, 1)
    scale, left, wide = 520 / days, 360, 900
    rows = [_bar(clock, number, first, scale, left) for number, clock in enumerate(found)]
    high = 46 + 30 * len(found)
    x = left + (today - first).days * scale
    now = (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{high - 6}" stroke="{_INK}"'
        f' stroke-dasharray="4 3"/><text x="{x:.1f}" y="16" text-anchor="middle" font-size="13">'
        "today</text>"
    )
    told = f"{len(found)} clocks from {in_words(first)} to {in_words(last)}; today is marked"
    return _svg(wide, high, told, [*rows, now])


def _bar(clock: Clock, number: int, first: date, scale: float, left: int) -> str:
    y = 30 + 30 * number
    x = left + (clock.starts - first).days * scale
    wide = max((clock.due - clock.starts).days * scale, 3)
    colour = _COLOURS.get(clock.status, _FAINT)
    return (
        f'<text x="{left - 10}" y="{y + 15}" text-anchor="end" font-size="13">'
        f"{escape(_short(clock.label))}</text>"
        f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="20" fill="{colour}">'
        f"<title>{escape(clock.label)}: {escape(in_words(clock.due))}</title></rect>"
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: what it is of, and how many stand in each status, in the order they are drawn."""

    label: str
    counts: Sequence[tuple[str, int]]


def shares(rows: Sequence[Row]) -> Markup:
    """A bar for each timescale, each as long as its dates are many, parted by how they stand.

    The number stands in each part that has room for it, so that colour is never alone.
    """
    most = max((sum(n for _, n in row.counts) for row in rows), default=0)
    scale, left = 490 / max(most, 1), 360
    states = dict.fromkeys(status for row in rows for status, n in row.counts if n)
    parts = [_stack(row, number, scale, left) for number, row in enumerate(rows)]
    key = [_key(status, number, left) for number, status in enumerate(states)]
    told = f"How {len(rows)} timescales were kept; the table below has every number"
    return _svg(900, 46 + 30 * len(rows), told, [*key, *parts])


def _stack(row: Row, number: int, scale: float, left: int) -> str:
    y, x = 40 + 30 * number, float(left)
    drawn = (
        f'<text x="{left - 10}" y="{y + 15}" text-anchor="end" font-size="13">'
        f"{escape(_short(row.label))}</text>"
    )
    for status, n in row.counts:
        if n:
            drawn += _share(row.label, status, n, (x, y, n * scale))
        x += n * scale
    return drawn


def _share(label: str, status: str, n: int, where: tuple[float, int, float]) -> str:
    x, y, wide = where
    words = escape(f"{label}: {n} {STATUS[status][0]}")
    number = (
        f'<text x="{x + wide / 2:.1f}" y="{y + 15}" text-anchor="middle" font-size="12"'
        f' fill="{_ON[status]}">{n}</text>'
    )
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="20" fill="{_COLOURS[status]}"'
        f' stroke="{_PAPER}"><title>{words}</title></rect>'
        f"{number if wide > 9 * len(str(n)) else ''}"
    )


def _key(status: str, number: int, left: int) -> str:
    x = left + 98 * number
    return (
        f'<rect x="{x}" y="8" width="14" height="14" fill="{_COLOURS[status]}"/>'
        f'<text x="{x + 19}" y="20" font-size="13">{escape(STATUS[status][0])}</text>'
    )


def _short(label: str) -> str:
    return label if len(label) <= 50 else f"{label[:48].rstrip()}…"  # noqa: PLR2004 - what fits


def _svg(wide: float, high: float, told: str, parts: Sequence[str] | Iterator[str]) -> Markup:
    """A picture from parts that are markup already; told is what it says, in words."""
    inner = "".join(parts)
    return Markup(  # noqa: S704 - every word in the parts was escaped when it was put there
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {high}"'
        f' width="{wide}" height="{high}" font-family="Arial, sans-serif">'
        f"<title>{escape(told)}</title>{inner}</svg>"
    )
