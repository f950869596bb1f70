"""S5: what identifies a child stops a mail, and nothing else does."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Refused
from engine.london import in_words
from notifications.lint import PATTERNS, lint
from notifications.message import KINDS, compose
from tests.notifications.mailroom import ABOUT, NOON, a_letterhead, a_message, opened

CANARIES = {
    "9434765919": "an NHS number",
    "943 476 5919": "an NHS number",
    "943-476-5919": "an NHS number",
    "NHS:9434765919.": "an NHS number",
    "KT1 1AA": "a postcode",
    "gu27 3xy": "a postcode",
    "SW1A1AA": "a postcode",
    "GU1\n4QW": "a postcode",
    "date of birth 3 May": "a date of birth",
    "DOB: 3/5/2019": "a date of birth",
    "d.o.b 3 May": "a date of birth",
    "born on 3 May": "a date of birth",
    "born 3 May": "a date of birth",
    "aged 3": "a date of birth",
    "a 3-year-old": "a date of birth",
    "a 14 month old": "a date of birth",
    "{{ name }}": "an unfilled place",
    "{% if x %}": "an unfilled place",
}
KNOWN = ("Wren Featherstone", "Wren")
INNOCENT = [
    "RR-2024-0001",
    "CDR-2026-1234",
    "Task T1, 2nd reminder; stage S1",
    "Wednesday 11 June 2025 at 14:20",
    "Working Together 2023; SI 2018/789, regulation 14(2)",
    "01632 960123",
    "020 7946 0123",
    "0300 123 4567",
    "15 working days; 6 months; 24 hours",
    "Please answer by day 3 at 09:00. 2 of 8 returns are here.",
    "stillborn notification; a newborn policy; reborn",
    "The plan is 3 months older than the review.",
]


@pytest.mark.parametrize("canary", CANARIES)
def test_each_canary_is_seen(canary: str) -> None:
    """An NHS number, postcode, date of birth, age or unfilled place is found in any sentence."""
    found = lint(f"Please look at {canary} today")
    assert any(CANARIES[canary] in reason for reason in found)
    assert not any(canary in reason for reason in found)


@pytest.mark.parametrize("text", INNOCENT)
def test_ordinary_words_are_left_alone(text: str) -> None:
    """References, dates, telephone numbers and citations are no finding."""
    assert lint(text) == ()


@given(
    st.sampled_from(["RR", "CDR", "SIN", "LR", "DIS", "CSPR", "E", "W", "SE"]),
    st.integers(2018, 2040),
    st.integers(1, 99_999),
)
def test_no_reference_is_mistaken_for_anything(prefix: str, year: int, number: int) -> None:
    """No case is ever unmailable because of its number."""
    assert lint(f"{prefix}-{year}-{number:04}: due, T{number % 30}") == ()


@given(st.dates(date(2018, 1, 1), date(2045, 1, 1)))
def test_no_date_in_words_is_mistaken_for_anything(day: date) -> None:
    """No date stops the mail that tells it."""
    assert lint(f"by {in_words(day)} (was {day.isoformat()})") == ()


@pytest.mark.parametrize("key", sorted(set(ABOUT) - {"kind", "due", "urgent", "provisional"}))
@pytest.mark.parametrize("canary", ["943 476 5919", "KT1 1AA", "born 3 May", "Zebedee Canary"])
def test_no_field_carries_a_canary_out_of_the_house(key: str, canary: str) -> None:
    """Whichever word of a notice it hides in, the mail is refused, and the reason repeats none."""
    message = a_message(about={key: f"see {canary} now"})
    with pytest.raises(Refused) as refusal:
        compose(message, a_letterhead(), NOON, forbidden=["Zebedee  CANARY"])
    assert canary not in str(refusal.value)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("key", ["title", "asks", "because", "stage_label"])
@pytest.mark.parametrize("name", ["Wren Featherstone", "WREN  featherstone", "Wren"])
def test_no_name_of_the_identity_store_is_in_any_mail(kind: str, key: str, name: str) -> None:
    """G1: a template that would say the name makes no mail, and no other one has it anywhere."""
    mail = None
    with suppress(Refused):
        message = a_message(kind=kind, about={key: f"about {name} today"})
        mail = opened(compose(message, a_letterhead(), NOON, forbidden=KNOWN))
    if mail is not None:
        parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
        assert not re.search(r"wren|featherstone", "\n".join([str(mail["Subject"]), *parts]), re.I)


def test_a_notice_that_would_say_the_name_is_refused_for_it() -> None:
    """G1: the title stands in the subject, so no kind of notice may have the name there."""
    for kind in KINDS - {"code"}:
        message = a_message(kind=kind, about={"title": f"About {KNOWN[0]}"})
        with pytest.raises(Refused):
            compose(message, a_letterhead(), NOON, forbidden=KNOWN)


def test_a_forbidden_value_counts_as_a_whole_word_only() -> None:
    """A child called Ann does not stop the annual report."""
    assert lint("the annual report, and the Joann report", ["Ann"]) == ()
    assert lint("for ANN today", ["Ann"]) != ()
    assert lint("for \uff21nn today", ["Ann"]) != ()
    assert lint("anything", ["", "  "]) == ()


@given(st.from_regex(r"[A-Z][a-z]{2,12} [A-Z][a-z]{2,12}", fullmatch=True), st.text(max_size=30))
def test_a_forbidden_name_is_found_wherever_it_stands(name: str, around: str) -> None:
    """Any name, in any capitals, among any other words."""
    assert lint(f"{around} {name.upper()} {around}", [name]) != ()


@pytest.mark.parametrize("phone", ["+44 300 123 4567", "0300 123 4567", "401 023 2137"])
def test_the_houses_own_telephone_never_stops_a_mail(phone: str) -> None:
    """A support number that happens to be an NHS number is still the support number."""
    assert compose(a_message(), a_letterhead(phone=phone), NOON)
    with pytest.raises(Refused):
        compose(a_message(about={"asks": "ring 943 476 5919"}), a_letterhead(phone=phone), NOON)


PIECES = st.sampled_from(
    ["943", "476", "5919", "9434765919", "N1", "9GU", "SW1A", "2", "AA", "date of bİrth",
     "Bırthday", "BORN", "born in", "D.O.B", "dob", "d.ob", "aged", "age", "7", "12",
     "year", "WEEKS", "old", "Straße", "agency", "told", "-", " ",
     "\n", ".", "+", "१२३", "４", "ſ", "K"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=14), st.sampled_from(["", " "]))
def test_the_quick_look_overlooks_nothing(pieces: list[str], between: str) -> None:
    """What any of the patterns would find is found, though most mails are only glanced at."""
    text = between.join(pieces)
    straight = unicodedata.normalize("NFKC", text)
    expected = {what for what, pattern in PATTERNS.items() if pattern.search(straight)}
    found = {reason.partition("looks like ")[2].rstrip(".") for reason in lint(text)}
    assert found - {"an unfilled place in a template"} == expected
