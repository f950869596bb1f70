"""Every page of the console: one heading, a label for each field, nothing a strict policy stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.rooms import Browser, practice
from tests.web.test_console import AUDITOR, MANAGER, refer
from web import offered
from web.entrance import DOORS
from workflows.catalogue import PROCESSES
from workflows.wiring import Premises

HERE = "127.0.0.1"
STEPS = [key for key, _ in offered.STEPS]


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("markup") / "house") as made:
        yield made


class Markup(HTMLParser):
    """What counts of a page: its headings, its fields, its labels, its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings, self.fields, self.labels = 0, list[str](), set[str]()
        self.ids, self.inline, self.described = list[str](), list[str](), list[str]()
        self.waiting = 0
        self.feed(text)

    def handle_endtag(self, tag: str) -> None:
        self.waiting -= tag == "template"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.waiting += tag == "template"
        if self.waiting:
            # It is another page's: a script shows it in the place of this one.
            return
        self.headings += tag == "h1"
        self.ids += [has["id"]] if "id" in has else []
        if "aria-describedby" in has:
            self.described += has["aria-describedby"].split() or ["(nothing)"]
        self.inline += [name for name in has if name.startswith("on") or name == "style"]
        if tag == "label":
            self.labels.add(has.get("for", ""))
        if tag in ("select", "textarea") or (tag == "input" and has.get("type") != "hidden"):
            self.fields.append(has.get("id", "(no id)"))


def pages(premises: Premises) -> Iterator[tuple[str, str]]:
    """Every page that is looked at, by its address."""
    reference = refer(premises)
    fill = {"reference": reference, "process": "rapid_review", "deadline": "notification",
            "action": "notify", "step": "note"}  # fmt: skip
    paths = [door.path for door in DOORS if door.method == "GET"]
    paths += [f"/cases/{reference}/step/{step}" for step in STEPS]
    paths += [f"/open/{process}" for process in PROCESSES]
    for email in (MANAGER, AUDITOR, ""):
        browser = Browser(premises, email, at=HERE, client=HERE)
        for path in paths:
            filled = re.sub(r"{(\w+)(:path)?}", lambda m: fill.get(m[1], "1"), path)
            answer = browser.get(filled)
            if answer.status_code != 303:
                yield f"{email} {filled}", answer.text


def test_every_page_has_one_heading_a_label_for_each_field_and_nothing_inline(
    premises: Premises,
) -> None:
    """For who keeps cases, for an auditor and for a stranger; pages that refuse are pages too."""
    seen = 0
    for where, text in pages(premises):
        page = Markup(text)
        assert page.headings == 1, where
        assert set(page.fields) <= page.labels, (where, set(page.fields) - page.labels)
        assert len(page.ids) == len(set(page.ids)), where
        assert not page.inline, where
        assert set(page.described) <= set(page.ids), (where, page.described)
        seen += 1
    assert seen > 60


def test_every_template_of_the_console_is_used() -> None:
    """A page that nothing shows is not kept."""
    folder = Path(__file__).parents[2] / "web"
    files = (path for path in folder.rglob("*") if path.suffix in (".py", ".html"))
    code = "".join(path.read_text("utf-8") for path in files)
    for template in (folder / "pages" / "console").glob("*.html"):
        assert f'"{template.name}"' in code, template.name
