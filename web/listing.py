"""A page that lists: a heading, tables whose cells are words or links, and a few acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from markupsafe import Markup
from starlette.responses import Response

from web.doors import Asked

Cell = str | int | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, its columns, and rows of words, numbers or (words, address) links."""

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    empty: str = "There is nothing to show."


@dataclass(frozen=True, slots=True)
class Act:
    """A small form below a list: where it goes, its button, and fields of (name, label, value)."""

    name: str
    action: str
    label: str
    fields: tuple[tuple[str, str, str], ...] = ()


class Around(TypedDict, total=False):
    """What may stand around the tables of such a page."""

    intro: Sequence[str]
    facts: Sequence[tuple[str, str]]
    pictures: Sequence[Markup]
    acts: Sequence[Act]
    back: tuple[str, str] | None
    more: tuple[str, str] | None
    acts_first: bool


def listing(asked: Asked, heading: str, *tables: Table, **around: Unpack[Around]) -> Response:
    """The page."""
    bare: Around = {"intro": (), "facts": (), "pictures": (), "acts": (), "back": None,
                    "more": None, "acts_first": False}  # fmt: skip
    return asked.page("list.html", heading=heading, tables=tables, **{**bare, **around})
