"""A page that lists: a heading, tables whose cells are words or links, and a few acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from markupsafe import Markup
from starlette.responses import Response

from web.doors import Asked
from web.forms import Field, Reason

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


@dataclass(frozen=True, slots=True)
class Form:
    """A form above the tables: its heading, where it goes, its button, its fields, what is wrong.
    """  # fmt: skip

    heading: str
    action: str
    button: str
    fields: Sequence[Field]
    reasons: Sequence[Reason] = ()


class Around(TypedDict, total=False):
    """What may stand around the tables of such a page."""

    intro: Sequence[str]
    facts: Sequence[tuple[str, str]]
    pictures: Sequence[Markup]
    acts: Sequence[Act]
    back: tuple[str, str] | None
    more: tuple[str, str] | None
    acts_first: bool
    form: Form | None


def listing(asked: Asked, heading: str, *tables: Table, **around: Unpack[Around]) -> Response:
    """The page."""
    bare: Around = {"intro": (), "facts": (), "pictures": (), "acts": (), "back": None,
                    "more": None, "acts_first": False, "form": None}  # fmt: skip
    form = around.get("form")
    status = 422 if form and form.reasons else 200
    return asked.page("list.html", status, heading=heading, tables=tables, **{**bare, **around})
