"""What a mail says: every kind, in both forms, in words a reader takes in at once."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from notifications import templates
from notifications.message import KINDS, compose
from tests.notifications.mailroom import ABOUT, NOON, a_letterhead, a_message, opened

# A code is no notice: its mail says nothing but the code and the reference.
NOTICES = KINDS - {"code", "sign_in"}
EVERYTHING = {
    "raw_due_words": "Friday 10 January 2025",
    "citation": "Working Together 2023",
    "provisional": "yes",
    "previous_due_words": "Monday 13 January 2025",
}
VOID = {"meta", "br", "img", "hr", "link", "input"}


class Page(HTMLParser):
    """Reads HTML strictly: every element is closed by itself, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing that is open")

    def tags(self) -> list[str]:
        return [tag for tag, _ in self.seen]


def _mail(kind: str = "asked", **changes: Any) -> EmailMessage:
    """The mail as its reader's program takes it from the wire."""
    letterhead = changes.pop("letterhead", a_letterhead())
    return opened(compose(a_message(kind=kind, **changes), letterhead, NOON))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _text(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def _html(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _seen(html: str) -> str:
    return str(Markup(html).striptags())


def test_every_kind_has_its_templates_and_no_template_lacks_a_kind() -> None:
    """The kinds of notices and the files agree, both ways."""
    names = {p.name for p in templates.FOLDER.iterdir()}
    expected = {f"{kind}.{end}" for kind in KINDS for end in ("txt", "html")}
    assert names == expected | {"layout.txt", "layout.html", "subject.txt"}


@pytest.mark.parametrize("kind", sorted(NOTICES))
@pytest.mark.parametrize("more", [{}, EVERYTHING], ids=["bare", "everything"])
def test_every_mail_says_what_by_when_and_what_otherwise(kind: str, more: dict[str, str]) -> None:
    """Reference, what is asked, by when, what happens otherwise, whom to ring: in both forms."""
    mail = _mail(kind, about=more)
    for form in (_text(mail), _seen(_html(mail))):
        for key in ("reference", "title", "asks", "due_words", "otherwise", "because", *more):
            if key != "provisional":
                assert (ABOUT | more)[key] in form, key
        assert "01632 960123" in form
        assert "no details of the child" in " ".join(form.split())
        assert ("may still move" in form) == ("provisional" in more)
    assert mail["Subject"] == "[Practice] RR-2024-0001: Agency return: due in 3 working days"


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_both_forms_of_a_kind_begin_with_the_same_sentence(kind: str) -> None:
    """Who reads plain text is told the same as who reads HTML."""
    mail = _mail(kind)
    text, seen = " ".join(_text(mail).split()), _seen(_html(mail))
    lead = text.split(ABOUT["title"], 1)[1].split("What is asked:", 1)[0].strip()
    assert lead
    assert f"{ABOUT['title']} {lead} What is asked" in seen


def test_the_answer_to_three_questions_comes_first() -> None:
    """What, by when and what otherwise stand above everything else but the title."""
    for form in (_text(_mail()), _seen(_html(_mail()))):
        places = [form.index(w) for w in ("What is asked", "By when", "If nothing is done")]
        assert places == sorted(places)
        assert places[-1] < form.index("Process")


def test_a_missing_date_is_said_to_be_missing() -> None:
    """No line is left blank where there is no date."""
    mail = _mail(about={"due_words": "", "due": ""})
    assert "No date is set." in _text(mail)
    assert "No date is set." in _html(mail)


@pytest.mark.parametrize("mark", [{"urgent": True}, {"about": {"urgent": "yes"}}])
def test_an_urgent_mail_begins_with_999(mark: dict[str, Any]) -> None:
    """The first line of an urgent mail sends the reader to the telephone."""
    warning = (
        "If a child is in danger now, ring 999; this message never replaces an emergency referral."
    )
    mail = _mail(**mark)
    assert _text(mail).startswith(warning)
    assert _seen(_html(mail).split("<body", 1)[1].split(">", 1)[1]).startswith(warning)
    assert "URGENT" in mail["Subject"]
    assert mail["Importance"] == "high"
    assert "999" not in _text(_mail())
    assert _mail()["Importance"] is None


def test_practice_shows_and_real_mail_does_not_speak_of_it() -> None:
    """A practice mail is marked in subject and body; a real one nowhere."""
    practice, real = _mail(), _mail(letterhead=a_letterhead(practice=False))
    assert practice["Subject"].startswith("[Practice] ")
    assert _text(practice).startswith("[Practice]")
    assert "[Practice]" in _html(practice)
    assert "ractice" not in real.as_string()


@pytest.mark.parametrize("key", sorted(ABOUT))
def test_a_missing_word_is_an_error_and_never_a_gap(key: str) -> None:
    """A notice prepared without one of its words is not sent with a hole in it."""
    about = {k: v for k, v in ABOUT.items() if k != key}
    message = a_message()
    for kind in NOTICES:
        words = {**about, "practice": False, "partnership": "P", "phone": "1", "urgent": False,
                 "answer_url": "", "headline": "RR-2024-0001", "summary": "",
                 "sections": [], "taken_back": [], "meeting_words": ""}  # fmt: skip
        if key in {"kind", "due", "urgent"}:
            assert templates.render(kind, words)
        else:
            with pytest.raises(UndefinedError):
                templates.render(kind, words)
    assert message.about == ABOUT


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_html_is_well_formed_and_reaches_for_nothing(kind: str) -> None:
    """No link, image, script, style sheet or address outside the mail; nothing left to inline."""
    html = _html(_mail(kind, about=EVERYTHING, urgent=True))
    page = Page(html)
    assert page.faults == []
    assert page.open == []
    assert not {"a", "img", "link", "script", "style", "iframe", "form"} & set(page.tags())
    assert not any({"href", "src", "background"} & set(attrs) for _, attrs in page.seen)
    assert "<!--" not in html
    assert re.search(r"https?:|url\(|//", html.replace("<!DOCTYPE html>", "")) is None
    assert "://" not in _text(_mail(kind, about=EVERYTHING))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_html_can_be_read_aloud(kind: str) -> None:
    """A language, a title, one heading, and tables that are only for the eye."""
    page = Page(_html(_mail(kind)))
    assert dict(page.seen)["html"] == {"lang": "en"}
    assert page.tags().count("h1") == 1
    assert page.tags().count("title") == 1
    assert all(a.get("role") == "presentation" for tag, a in page.seen if tag == "table")


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_from_its_ground() -> None:
    """WCAG 2.2 AA asks a contrast of 4.5 for text and 3 for lines."""
    html = _html(_mail(urgent=True))
    for colour in re.findall(r"(?<!back)(?:color|solid)\s*:?\s*(#[0-9a-f]{6})", html):
        assert 1.05 / (_luminance(colour) + 0.05) >= 4.5, colour
    assert "background: #ffffff" in html


def test_styles_stand_on_the_elements_before_any_message_is_written() -> None:
    """The style sheet is moved once, when the layout is read."""
    source = templates.HTML.loader.get_source(templates.HTML, "layout.html")[0]  # type: ignore[union-attr]
    assert "<style" not in source
    assert 'style="' in source
    assert "<!--% block lead %-->" in source
