"""The directory: a table of people is taken whole, or refused with every bad row at once."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.directory import read_people, sample
from engine.errors import Refused
from engine.roles import DEPUTY, ROLES, Directory, Person, label

HEAD = "name,email,agency,roles\n"
ROW = "Business manager,manager@council.example,Council,business_manager\n"
MANAGER = Person(
    "manager@council.example", "Business manager", "Council", frozenset({"business_manager"})
)


def reasons(text: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        read_people(text)
    return refused.value.reasons


def table(*rows: tuple[str, ...], head: str = HEAD) -> str:
    """A CSV text with these cells, quoted where they must be."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return head + written.getvalue()


def test_a_table_is_read_as_people() -> None:
    """Each row is one person, with an address in small letters and each role once."""
    text = table(("Nurse", "Nurse@ICB.example", "Health, North", " icb ; icb:deputy;ICB "))
    assert read_people(HEAD + ROW) == [MANAGER]
    assert read_people(text) == [
        Person("nurse@icb.example", "Nurse", "Health, North", frozenset({"icb", "icb:deputy"}))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + ROW,
        (HEAD + ROW).replace("\n", "\r\n"),
        HEAD + "\n,,,\n  \n".replace("  ", " , , , ") + ROW + "\n\n",
        HEAD + ROW.rstrip("\n"),
        HEAD.upper() + ROW,
        " name , email,agency,roles \n" + ROW,
        HEAD + ROW + ROW,
        "roles,agency,email,name\nbusiness_manager,Council,MANAGER@council.example,"
        "Business manager\n",
        "name,email,agency,roles,area\n" + ROW.rstrip() + ",\n",
        HEAD + '"Business manager","manager@council.example","Council","business_manager"\n',
    ],
    ids=["byte mark", "Windows line ends", "blank lines", "no last line end", "capitals",
         "spaces in the head", "the same row twice", "columns in another order", "an area column",
         "quotation marks"],
)  # fmt: skip
def test_what_spreadsheets_do_to_a_file_is_tolerated(text: str) -> None:
    """The same directory comes out however a spreadsheet happened to save it."""
    assert read_people(text) == [MANAGER]


def test_an_area_may_be_added() -> None:
    """People of another area are marked as such."""
    (person,) = read_people("area,name,email,agency,roles\nSouth," + ROW)
    assert person.area == "South"


def test_somebody_may_hold_no_role_any_more() -> None:
    """A person who has left a post is kept with no role, so that nothing is theirs to do."""
    (person,) = read_people(HEAD + "Nurse,nurse@icb.example,ICB,\n")
    assert person.roles == frozenset()


@pytest.mark.parametrize("cell", ["=SUM(A1:A9)", "+44", "-1", "@cmd", "=HYPERLINK(1)"])
def test_a_cell_that_looks_like_a_formula_stays_text(cell: str) -> None:
    """Nothing in a directory is ever reckoned: a formula is a strange name, no more."""
    (person,) = read_people(table((cell, "nurse@icb.example", cell, "icb")))
    assert (person.name, person.agency) == (cell, cell)


ADDRESS = "the email is not an email address"
BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no name": ((" ", "a@b.example", "ICB", "icb"), "the name is empty"),
    "no agency": (("Nurse", "a@b.example", "", "icb"), "the agency is empty"),
    "no email": (("Nurse", "", "ICB", "icb"), ADDRESS),
    "no at sign": (("Nurse", "nurse.example", "ICB", "icb"), ADDRESS),
    "two at signs": (("Nurse", "a@b@c.example", "ICB", "icb"), ADDRESS),
    "no dot": (("Nurse", "a@b", "ICB", "icb"), ADDRESS),
    "a name and an address": (("Nurse", "Nurse <a@b.example>", "ICB", "icb"), ADDRESS),
    "two addresses": (("Nurse", "a@b.example;c@d.example", "ICB", "icb"), ADDRESS),
    "another alphabet": (("Nurse", "ä@b.example", "ICB", "icb"), ADDRESS),
    "a mistyped role": (
        ("Nurse", "a@b.example", "ICB", "busines_manager"),
        "unknown role 'busines_manager'; did you mean 'business_manager'?",
    ),
    "a role by its label": (
        ("Nurse", "a@b.example", "ICB", "Key worker"),
        "unknown role 'key worker'; did you mean 'key_worker'?",
    ),
    "a partner by its label": (
        ("Nurse", "a@b.example", "ICB", "Police safeguarding partner"),
        "unknown role 'police safeguarding partner'; did you mean 'police'?",
    ),
    "a mistyped deputy": (
        ("Nurse", "a@b.example", "ICB", "directr:deputy"),
        "unknown role 'directr:deputy'; did you mean 'director'?",
    ),
    "something else behind a role": (
        ("Nurse", "a@b.example", "ICB", "icb:chief"), "unknown role 'icb:chief'; did you mean"
        " 'icb'?"),
    "the house itself": (
        ("Nurse", "a@b.example", "ICB", "zzzz"),
        "unknown role 'zzzz'; the sample directory shows every role",
    ),
    "a line break": (
        ("Nurse\nBcc: x", "a@b.example", "ICB", "icb"),
        "the name holds a line break or a character that cannot be shown",
    ),
    "a carriage return": (
        ("Nurse", "a@b.example", "IC\rB", "icb"),
        "the agency holds a line break or a character that cannot be shown",
    ),
    "a character that turns the writing round": (
        ("Nurse \u202e", "a@b.example", "ICB", "icb"),
        "the name holds a line break or a character that cannot be shown",
    ),
    "a bell": (
        ("Nurse\x07", "a@b.example", "ICB", "icb"),
        "the name holds a line break or a character that cannot be shown",
    ),
    "a list of agencies": (
        ("Nurse", "a@b.example", "ICB;Police", "icb"),
        "the agency holds a ';', which separates several agencies",
    ),
    "a name without end": (
        ("N" * 201, "a@b.example", "ICB", "icb"), "the name is longer than 200 characters"),
    "a column too few": (
        ("Nurse", "a@b.example", "ICB"),
        "3 columns where 4 are needed; put a text with a comma in it in quotation marks",
    ),
    "a column too many": (
        ("Nurse", "a@b.example", "ICB", "North", "icb"),
        "5 columns where 4 are needed; put a text with a comma in it in quotation marks",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), BAD.values(), ids=BAD)
def test_each_bad_row_is_told_by_its_line(row: tuple[str, ...], reason: str) -> None:
    """One thing wrong with a row gives one sentence, with the line it stands on."""
    assert reasons(HEAD + ROW + table(row, head="")) == (f"line 3: {reason}",)


def test_every_bad_row_is_told_at_once() -> None:
    """Somebody who mends the file mends it once; rows after a long one keep their number."""
    text = table(("Nurse\n\nx", "a@b.example", "ICB", "icb"), ("", "c", "", "x;y"))
    assert reasons(text) == (
        "line 2: the name holds a line break or a character that cannot be shown",
        "line 5: the name is empty",
        "line 5: the agency is empty",
        "line 5: the email is not an email address",
        "line 5: unknown role 'x'; the sample directory shows every role",
        "line 5: unknown role 'y'; the sample directory shows every role",
    )


def test_one_address_with_two_stories_is_refused() -> None:
    """An address that stands twice must say the same thing twice."""
    other = ROW.replace("Council", "Police").replace("manager@", "MANAGER@")
    assert reasons(HEAD + ROW + other) == (
        "line 3: manager@council.example is on line 2 too, with something else beside it",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty. Its first line names the columns: name, email, agency, roles"),
        ("\n \n", "The file is empty. Its first line names the columns: name, email, agency,"
         " roles"),
        (HEAD, "There is nobody in the file: below its first line it has no rows."),
        ("name,email\nA,b\n", "line 1: missing columns: agency, roles"),
        (HEAD.replace("roles", "role") + ROW, "line 1: missing columns: roles"),
        ("name,name,email,agency,roles\n", "line 1: the column name is there twice"),
        ("name,email,agency,roles,shoe\n", "line 1: unknown column 'shoe'; the columns are name,"
         " email, agency, roles, area"),
        (HEAD + 'A,"b@c.example,d,icb\n', "line 2: the quotation marks or line ends of this row"
         " are broken; nothing was read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_directory_is_refused_in_words(text: str, reason: str) -> None:
    """A file of another kind is refused before any row of it is read."""
    assert reasons(text)[0] == reason


cells = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.lists(cells, max_size=6), max_size=5))
def test_no_table_upsets_the_reader(rows: list[list[str]]) -> None:
    """Whatever stands in a file, it is read or refused with reasons, never a crash."""
    try:
        people = read_people(table(*(tuple(row) for row in rows)))
    except Refused as refused:
        assert all(refused.reasons)  # noqa: PT017 - either outcome is right
    else:
        assert all(person.email and person.name and person.agency for person in people)


@given(st.text())
def test_no_text_upsets_the_reader(text: str) -> None:
    """A file that is no table at all is refused, never a crash."""
    with pytest.raises(Refused):
        read_people(text)


def test_reading_a_directory_twice_gives_the_same_people() -> None:
    """What is read can be written out and read again, in any order of rows."""
    people = read_people(sample())
    rows = [(p.name, p.email, p.agency, ";".join(sorted(p.roles))) for p in people]
    random.Random(1).shuffle(rows)
    again = read_people(table(*rows))
    assert sorted(again, key=lambda p: p.email) == sorted(people, key=lambda p: p.email)


# ------------------------------------------------------------------------------------- the sample


def test_the_sample_directory_fills_every_role_and_every_deputy() -> None:
    """Practice never fails because nobody holds a role."""
    people = Directory(tuple(read_people(sample())))
    for role in ROLES:
        assert any(p.holds(role) for p in people.people), role
        assert any(p.deputises(role) for p in people.people), role


def test_the_sample_directory_has_the_ladder_of_a_dispute_in_several_agencies() -> None:
    """Two agencies can disagree at every step from practitioner to director."""
    people = read_people(sample())
    for role in ("practitioner", "line_manager", "senior_manager", "director"):
        assert len({p.agency for p in people if p.holds(role)}) >= 4, role
    complete = [
        agency
        for agency in {p.agency for p in people}
        if {"practitioner", "line_manager", "senior_manager", "director"}
        <= {r.removesuffix(DEPUTY) for p in people if p.agency == agency for r in p.roles}
    ]
    assert len(complete) >= 4
    assert len({p.agency for p in people}) >= 8


def test_the_sample_directory_holds_posts_and_not_people() -> None:
    """Every address is one that cannot exist, and every name is the name of a post."""
    for person in read_people(sample()):
        assert person.email.endswith(".example")
        assert not any(word[:1].isupper() for word in person.name.split()[1:] if word not in TITLES)


TITLES = {"Death", "Overview", "Panel", "Review", "Group", "from", "Practice", "Executive"}


def test_a_deputys_role_is_named_in_full() -> None:
    """As it would be for whoever they stand in for, and with the word for it."""
    assert label(f"cdop_coordinator{DEPUTY}") == f"{ROLES['cdop_coordinator']} (deputy)"
    assert label("cdop_coordinator") == ROLES["cdop_coordinator"]


def test_a_deputy_stands_in_where_the_only_holder_is_left_out() -> None:
    """As for somebody recused from a case; of two holders the other is the one."""
    chair, deputy = (
        Person(f"{name}@x.example", name, "Partnership", frozenset({role}))
        for name, role in (("chair", "review_chair"), ("deputy", f"review_chair{DEPUTY}"))
    )
    other = Person("other@x.example", "other", "Partnership", frozenset({"review_chair"}))
    assert Directory((chair, deputy)).holders("review_chair") == (chair,)
    assert Directory((chair, deputy)).holders("review_chair", but=(chair.email,)) == (deputy,)
    assert Directory((chair, deputy, other)).holders("review_chair", but=(chair.email,)) == (other,)
