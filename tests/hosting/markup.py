"""What a page leads to: its addresses, and its forms as somebody would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data")


@dataclass
class Form:
    """A form with a word in each of its fields, the first choice of each, and its first button."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The addresses and the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.addresses += [has[name] for name in _ADDRESSES if name in has]
        if tag == "form":
            self.forms.append(Form(has.get("method", "get").upper(), has.get("action", "")))
        elif self.forms:
            self._field(tag, has)

    def _field(self, tag: str, has: dict[str, str]) -> None:
        fields, name, kind = self.forms[-1].fields, has.get("name", ""), has.get("type", "text")
        self._select = name if tag == "select" else self._select
        if tag == "textarea":
            fields[name] = "x"
        elif tag == "option" and has.get("value"):
            fields.setdefault(self._select, has["value"])
        elif tag == "button" and name:
            fields.setdefault(name, has.get("value", ""))
        elif tag == "input" and name:
            fields.setdefault(name, has.get("value") or _typed(name, kind))


_WORDS = {
    "day": "20", "month": "12", "year": "2024", "time": "10:00", "nhs_number": "999 000 0018",
    "message": "1",
}  # fmt: skip


def _typed(name: str, kind: str) -> str:
    if kind == "email":
        return "a@agency.example"
    return _WORDS.get(name.rpartition("-")[2], "x") if kind == "text" else ""
