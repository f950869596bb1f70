"""The words of every kind of notice, as templates read and styled once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

KINDS = frozenset(
    {
        "opened", "moved", "asked", "due_soon", "due", "late", "escalated", "extended", "held",
        "released", "redated", "decided", "published", "closed", "replied",
        "not_reached", "code", "sign_in", "digest",
    }
)  # fmt: skip

FOLDER = Path(__file__).parent / "templates"


class _StyledOnce(FileSystemLoader):
    """Moves the layout's style sheet onto its elements when it is read, never per message.

    Statements in the HTML templates are HTML comments, so that a template is a valid page and
    survives being parsed, even between the rows of a table.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # type: ignore[override]
        source, path, _ = super().get_source(environment, template)
        if template == "layout.html":
            source = css_inline.CSSInliner(load_remote_stylesheets=False).inline(source)
        return source, path, None


def _environment(html: bool) -> Environment:
    marks = {"block_start_string": "<!--%", "block_end_string": "%-->"} if html else {}
    return Environment(
        loader=_StyledOnce(FOLDER),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        **marks,  # type: ignore[arg-type]
    )


TEXT = _environment(html=False)
HTML = _environment(html=True)


@cache
def _of_kind(kind: str) -> tuple[Template, Template, Template]:
    if kind not in KINDS:
        raise LookupError(f"there is no template for notices of the kind {kind}")
    return (
        TEXT.get_template("subject.txt"),
        TEXT.get_template(f"{kind}.txt"),
        HTML.get_template(f"{kind}.html"),
    )


def render(kind: str, words: Mapping[str, object]) -> tuple[str, str, str]:
    """The subject, plain text and HTML of a notice. Errors: LookupError, jinja2.UndefinedError."""
    subject, text, html = (template.render(words) for template in _of_kind(kind))
    return " ".join(subject.split()), text, html


@cache
def version(kind: str) -> str:
    """Which wording of a kind this is: a short digest of its templates and their layout."""
    names = ("subject.txt", "layout.txt", "layout.html", f"{kind}.txt", f"{kind}.html")
    content = b"\0".join((FOLDER / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()[:8]
