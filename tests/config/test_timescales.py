"""The numbers of the house: a faulty file is refused whole, with every error and its line."""

from __future__ import annotations

import random
from datetime import date, time
from pathlib import Path

import pytest

from config.timescales import load, read
from engine.errors import DefinitionError
from engine.length import Length
from engine.rules import STANDINGS, Rung

ROW = {
    "process": '"rapid_review"',
    "timescale": '"notification"',
    "length": '"5wd"',
    "standing": '"guidance"',
    "citation": '"Somebody said so."',
    "since": "2020-01-01",
}
ROOT = Path(__file__).resolve().parents[2]


def table(**changes: str) -> str:
    """One [[rule]] with some of its keys changed; an empty value leaves the key out."""
    given = {**ROW, **changes}
    lines = [f"{key} = {value}" for key, value in given.items() if value]
    return "\n".join(["[[rule]]", *lines]) + "\n"


def book(*tables: str, edition: str = 'edition = "2026"\n') -> str:
    return edition + "\n".join(tables)


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as refused:
        read(text)
    return refused.value.faults


def test_the_shipped_rules_are_sound() -> None:
    """The file that ships is without fault, and every rule names its authority."""
    rules = load().rules
    assert rules
    assert all(rule.citation.strip() and rule.standing in STANDINGS for rule in rules)


def test_a_house_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    """A house's own numbers are read instead of the shipped ones."""
    own = tmp_path / "own.toml"
    own.write_text(book(table(length='"7d"')), "utf-8")
    assert [rule.length for rule in load(own).rules] == [Length(7, "d")]


def test_a_rule_is_read_whole() -> None:
    """Every key of a rule arrives as it was written."""
    row = table(
        length='"-7wd"', until="2021-03-31", variant='"urgent"', start='"aware_at"',
        closes='"17:00"', extensions="1", override="true", since='"2020-03-23"',
        ladder='[{ at = "-3wd", to = ["recipient"] }, { at = "+1wd", to = ["police@parties"] }]',
    )  # fmt: skip
    (rule,) = read(book(row)).rules
    assert (rule.process, rule.timescale) == ("rapid_review", "notification")
    assert (rule.length, rule.standing, rule.citation) == (
        Length(-7, "wd"), "guidance", "Somebody said so.",
    )  # fmt: skip
    assert (rule.since, rule.until) == (date(2020, 3, 23), date(2021, 3, 31))
    assert (rule.variant, rule.start, rule.closes) == ("urgent", "aware_at", time(17))
    assert (rule.extensions, rule.override) == (1, True)
    assert rule.ladder == (Rung("-3wd", ("recipient",)), Rung("+1wd", ("police@parties",)))


@pytest.mark.parametrize("closes", ['"17:00"', '"17:00:00"', "17:00:00"])
def test_an_hour_may_be_written_as_text_or_as_a_time(closes: str) -> None:
    """The hour a clock closes at reads the same however TOML carries it."""
    (rule,) = read(book(table(closes=closes))).rules
    assert rule.closes == time(17)


def test_what_a_rule_leaves_out_is_what_most_rules_mean() -> None:
    """No end, no track, the day's end, extensions without limit, no relaxation."""
    (rule,) = read(book(table())).rules
    assert (rule.until, rule.variant, rule.start) == (None, "", "")
    assert (rule.closes, rule.extensions, rule.override) == (time(23, 59, 59), None, False)
    assert rule.ladder == ()


HERE = "timescales.toml, rule 1 (line 2), "
DAY = "a day is written year-month-day, like 2024-12-20"
STEP = "ladder: step 1: "
WRONG: dict[str, tuple[str, str]] = {
    "no length": (table(length=""), "length: it is missing"),
    "no authority": (table(citation=""), "citation: it is missing"),
    "an empty authority": (
        table(citation='" "'),
        "citation: name the authority; say so where nobody has published a length",
    ),
    "an authority on two lines": (
        table(citation='"a\\nb"'), "citation: it must be one line of printable words"),
    "a length that is none": (
        table(length='"soon"'),
        "length: 'soon' is not a length of time: write a whole number and wd (working days), d"
        " (days), w (weeks), m (calendar months), y (years) or h (hours), like 15wd",
    ),
    "a bare number": (table(length="5"), 'length: a length is written as text, like "15wd"'),
    "an unknown standing": (
        table(standing='"law"'),
        "standing: it must be one of: statutory, guidance, local, default",
    ),
    "a day that is none": (
        table(since='"2020-02-30"'),
        "since: there is no such day in the calendar; check the month and day",
    ),
    "a moment for a day": (table(since="2020-01-01T00:00:00"), f"since: {DAY}"),
    "a number for a day": (table(until="2021"), f"until: {DAY}"),
    "an end before its beginning": (
        table(until="2019-12-31"), "until: 2019-12-31 is before since, 2020-01-01"),
    "an unverified statute": (
        table(standing='"statutory"', citation='"Some Act, unverified"'),
        "standing: a source that is unverified is never called statutory",
    ),
    "a key with a space": (
        table(process='"Rapid Review"'), "process: a key in snake_case is needed"),
    "a variant that is no key": (table(variant="1"), "variant: a key in snake_case is needed"),
    "an hour that is none": (
        table(closes='"25:00"'), 'closes: a London time of day is written like "17:00"'),
    "extensions below nothing": (
        table(extensions="-1"),
        "extensions: a whole number of extensions is needed, 0 for none",
    ),
    "extensions that are true": (
        table(extensions="true"),
        "extensions: a whole number of extensions is needed, 0 for none",
    ),
    "an override that is a word": (
        table(override='"yes"'), "override: true or false is needed"),
    "a ladder that is a word": (
        table(ladder='"often"'),
        'ladder: a list is needed, like [{ at = "-3wd", to = ["recipient"] }]',
    ),
    "a step without readers": (
        table(ladder='[{ at = "0d" }]'), STEP + "it needs at and to, and nothing else"),
    "a step to nobody": (
        table(ladder='[{ at = "0d", to = [] }]'),
        STEP + "to is a list of readers: roles, recipient, parties or role@parties",
    ),
    "a step at a number": (
        table(ladder='[{ at = 3, to = ["police"] }]'),
        STEP + "at is written as text, like -3wd",
    ),
    "a step at no known time": (
        table(ladder='[{ at = "3wd", to = ["police"] }]'),
        STEP + "'3wd' is not a time of a reminder; write -3wd, 0d, +1wd or -1h before or after the"
        " due date, or a share of the time like 50%",
    ),
    "an unknown key": (
        table(lenght='"5wd"'),
        "lenght: there is no such key; the keys are process, timescale, length, standing,"
        " citation, since, until, variant, start, closes, ladder, extensions, override",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "fault"), WRONG.values(), ids=WRONG)
def test_each_fault_of_a_rule_is_told_with_its_line_and_key(row: str, fault: str) -> None:
    """One thing wrong with a rule gives one sentence: which rule, which line, which key, why."""
    assert faults(book(row)) == (HERE + fault,)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    """Somebody who mends the file mends it once: top, rows and rows against each other."""
    text = book(
        table(length='"soon"', citation=""), table(since="2021-01-01", standing='"law"'),
        edition='edition = ""\nbogus = 1\n',
    )  # fmt: skip
    found = faults(text)
    assert [fault.split(": ")[0] for fault in found] == [
        "timescales.toml, edition",
        "timescales.toml, bogus",
        "timescales.toml, rule 1 (line 3), citation",
        "timescales.toml, rule 1 (line 3), length",
        "timescales.toml, rule 2 (line 10), standing",
        "timescales.toml, rule 2 (line 10), since",
    ]


OVERLAPS: dict[str, tuple[str, str, bool]] = {
    "both without end": (table(), table(since="2021-01-01"), True),
    "one day in common": (table(until="2020-12-31"), table(since="2020-12-31"), True),
    "one within the other": (table(), table(since="2021-01-01", until="2021-02-01"), True),
    "one after the other": (table(until="2020-12-31"), table(since="2021-01-01"), False),
    "another track": (table(), table(since="2021-01-01", variant='"urgent"'), False),
    "another clock": (table(), table(since="2021-01-01", timescale='"panel"'), False),
    "another process": (table(), table(since="2021-01-01", process='"dispute"'), False),
    "a relaxation": (
        table(), table(since="2021-01-01", until="2021-02-01", override="true"), False),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "clash"), OVERLAPS.values(), ids=OVERLAPS)
def test_only_one_ordinary_rule_is_in_force_on_a_day(one: str, other: str, clash: bool) -> None:
    """Two numbers for one clock on one day are refused, whichever is written first."""
    for text in (book(one, other), book(other, one)):
        if clash:
            (fault,) = faults(text)
            assert "since: overlaps rule 1 (line 2): rapid_review.notification;" in fault
        else:
            assert len(read(text).rules) == 2


def test_the_same_rule_twice_is_refused() -> None:
    """A rule copied and left behind is found, relaxations included."""
    for twice in (table(), table(override="true")):
        (fault,) = faults(book(twice, twice))
        assert fault.endswith("since: duplicates rule 1 (line 2): rapid_review.notification")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("edition = \n", "timescales.toml, line 1: this is not TOML"),
        ('edition = "x"\n\n[[rule]\n', "timescales.toml, line 3: this is not TOML"),
        ('edition = "x', "timescales.toml, the end of the file: this is not TOML"),
        ("x = " + "[" * 100_000, "timescales.toml: it is nested too deeply to be a rulebook"),
        ("", "timescales.toml, edition: name this edition of the rules, as text on one line"),
        (book(), "timescales.toml, rule: there is no [[rule]] at all"),
        (book("rule = 1\n"), "timescales.toml, rule: there is no [[rule]] at all"),
        (book("rule = [1]\n"), "timescales.toml, rule 1: a [[rule]] table is needed"),
    ],
)
def test_a_file_that_is_no_rulebook_is_refused_in_words(text: str, fault: str) -> None:
    """A broken file names its line, never a fault of the program that reads it."""
    assert faults(text)[0] == fault


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, or one that is not text, is refused like a faulty one."""
    binary = tmp_path / "own.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, words in ((tmp_path / "none.toml", "cannot be read"), (binary, "not UTF-8 text")):
        with pytest.raises(DefinitionError, match=words):
            load(path)


@pytest.mark.parametrize("seed", range(4))
def test_no_damaged_file_upsets_the_reader(seed: int) -> None:
    """Of 400 torn files each is refused in words, or is a sound rulebook after all."""
    dice = random.Random(seed)
    whole = (ROOT / "config" / "timescales.toml").read_text("utf-8")[:6000]
    refused = 0
    for _ in range(100):
        at = dice.randrange(len(whole))
        junk = "".join(dice.choices('[]{}="\n\\#x1-:, \x00\u20ac', k=dice.randint(0, 4)))
        torn = whole[:at] + junk + whole[at + dice.randint(0, 9) :]
        try:
            read(torn)
        except DefinitionError as fault:
            refused += bool(fault.faults)
    assert refused > 20
