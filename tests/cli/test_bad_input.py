"""What a person may type wrongly: refused with every reason, and nothing is half-written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cli import faults
from tests.cli.driver import (
    LOCAL_AUTHORITY,
    MANAGER,
    NURSE,
    Home,
    command,
    given,
    notify,
    refer,
)

COORDINATOR = "child.death.coordinator@northmoor-icb.example"
DEATH = {
    "died_on": "2024-12-19",
    "aware_at": "2024-12-20T08:00",
    "date_of_birth": "2019-04-02",
    "nhs_number": "9990000018",
    "normally_resident": "in_area",
    "place": "hospital",
    "notifier": "Ward sister",
}


def death(house: Home, **changes: str) -> list[str]:
    """The reasons against a notification of a death."""
    facts = {key: value for key, value in (DEATH | changes).items() if value}
    return house.refused("open", "child_death_review", "--as", COORDINATOR, *given(facts))


def has(reasons: list[str], *words: str) -> bool:
    """Some reason says all of these words."""
    return any(all(word in reason for word in words) for reason in reasons)


def test_a_death_before_the_birth_is_refused(house: Home) -> None:
    assert death(house, date_of_birth="2024-12-20") == [
        "the date of death is before the date of birth"
    ]


def test_a_death_in_the_future_is_refused(house: Home) -> None:
    """So is a birth, or a time of knowing, that has not come."""
    later = dict.fromkeys(("died_on", "date_of_birth", "aware_at"), "2025-01-05")
    reasons = death(house, **later)
    assert all(has(reasons, key, "in the future") for key in later)


def test_an_adults_death_is_refused(house: Home) -> None:
    """Eighteen on the day of death is too old; the day before is not."""
    assert has(death(house, date_of_birth="2006-12-19"), "18")
    younger = given(DEATH | {"date_of_birth": "2006-12-20"})
    house.do("open", "child_death_review", "--as", COORDINATOR, *younger)


def test_every_reason_is_told_at_once(house: Home) -> None:
    """Impossible dates, unknown keys, wrong choices and a mistyped number in one answer."""
    reasons = death(
        house, died_on="2024-02-30", date_of_birth="2019-13-01", place="moon", colour="red",
        nhs_number="9990000019", aware_at="2024-12-20T25:00", diedon="2024-12-19",
    )  # fmt: skip
    for word in ("died_on", "date_of_birth", "place", "colour", "nhs_number", "aware_at"):
        assert has(reasons, word), word
    assert has(reasons, "diedon", "died_on")


def test_missing_facts_are_all_named(house: Home) -> None:
    """By their key, so that they can be given."""
    needed = ("died_on", "aware_at", "date_of_birth", "normally_resident", "place", "notifier")
    reasons = death(house, **dict.fromkeys(DEATH, ""))
    assert all(has(reasons, f"({key})") for key in needed)
    assert has(reasons, "(nhs_number)", "(nhs_number_missing_reason)")


def test_somebody_without_the_role_is_refused_with_who_may(house: Home) -> None:
    """And a stranger with what to do about it."""
    reasons = house.refused("open", "rapid_review", "--as",
                            "bereavement.nurse@westfield-hospital.example")  # fmt: skip
    assert has(reasons, "Agency safeguarding lead", "Business manager")
    assert has(house.refused("open", "rapid_review", "--as", "who@nowhere.example"), "directory")
    assert house.run("open", "rapid_review", "--as", "").code == 1


def test_a_stale_revision_is_refused(house: Home) -> None:
    """Whoever looked at an older state of the case looks again before deciding."""
    reference = refer(house)["reference"]
    house.do("record", reference, "--as", MANAGER, "--fact", "media_interest=yes")
    facts = {"la_view": "do_not_notify", "icb_view": "do_not_notify",
             "police_view": "do_not_notify", "threshold_rationale": "Below."}  # fmt: skip
    decline = ("do", "decline", reference, "--as", LOCAL_AUTHORITY, *given(facts))
    assert has(house.refused(*decline, "--seen", "1"), "look again")
    assert house.do(*decline, "--seen", "2")["stage"] == "not_notifiable"


@pytest.fixture
def review(house: Home) -> str:
    reference: str = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    house.do("ask", reference, "--as", MANAGER, "--agency", f"Hospital={NURSE}")
    return reference


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        (["do", "fly", "{}"], ["fly"]),
        (["record", "{}"], ["no fact was given"]),
        (["record", "{}", "--fact", "incident_on=2025-06-01"], ["in the future"]),
        (["record", "{}", "--fact", "incident_on=2024-12-28"], ["incident", "aware"]),
        (["record", "{}", "--fact", "incident_on="], ["nothing was given"]),
        (["record", "{}", "--fact", "incident_on"], ["KEY=VALUE"]),
        (["record", "{}", "--fact", "rationale=a\x1bb"], ["character"]),
        (["record", "{}", "--fact", "rationale=a", "--fact", "rationale=b"], ["twice"]),
        (["do", "convene", "{}", "--fact", "reason=a", "--reason", "b"], ["twice"]),
        (["ask", "{}", "--agency", "Police"], ["NAME=EMAIL"]),
        (["ask", "{}", "--agency", "Police=a b"], ["email"]),
        (["ask", "{}", "--agency", "Hospital=x@y.example"], ["already been asked"]),
        (["ask", "{}", "--agency", "A=a@b.example", "--kind", "favour"], ["nothing"]),
        (["answer", "{}", "T9", "--with", "received"], ["T9", "T1"]),
        (["answer", "{}", "T1", "--with", "maybe"], ["maybe", "received"]),
        (["answer", "{}", "T1", "--with", "waived"], ["reason"]),
        (["extend", "{}", "notification", "--to", "2025-01-02"], ["statutory", "reason"]),
        (["extend", "{}", "rapid_review", "--to", "2025-01-02", "--reason", "x"], ["later"]),
        (["extend", "{}", "rapid_review", "--to", "2025-02-30", "--reason", "x"], ["calendar"]),
        (["extend", "{}", "luncheon", "--to", "2025-02-03", "--reason", "x"], ["luncheon"]),
        (["hold", "{}", "sunshine", "--from", "2025-01-09"], ["sunshine", "future"]),
        (["release", "{}", "coroner", "--on", "2024-12-30"], ["no coroner hold"]),
        (["link", "{}", "RR-2099-0001", "--kind", "dispute"], ["no such case"]),
        (["link", "{}", "{}", "--kind", "dispute"], ["itself"]),
        (["meeting", "{}", "--on", "2025-01-30", "--invited", "3", "--present", "5"], ["invited"]),
        (["note", "{}", " "], ["empty"]),
        (["recuse", "{}", "--who", "a@b.example"], ["reason"]),
        (["recuse", "{}", "--who", "the chair", "--reason", "x"], ["email address"]),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_bad_step_is_refused_in_words(
    house: Home, review: str, words: list[str], reasons: list[str]
) -> None:
    """Nothing is changed, and the reason names what was wrong."""
    typed = [word.replace("{}", review) for word in words]
    told = " ".join(house.refused(*typed, "--as", MANAGER))
    for word in reasons:
        assert word in told


def test_a_case_that_is_not_there_is_refused_alike_everywhere(house: Home) -> None:
    """Looking, doing and proving say the same of it."""
    me, absent = ("--as", MANAGER), "RR-2099-0001"
    told = {
        tuple(house.refused(*words))
        for words in (
            ["show", absent], ["why", absent, "rapid_review"], ["verify", absent],
            ["export", absent], ["do", "notify", absent, *me], ["note", absent, "x", *me],
        )
    }  # fmt: skip
    assert len(told) == 1


def test_a_list_of_a_process_that_is_not_there_is_refused(house: Home) -> None:
    """An empty list would look as if there were no cases of it."""
    assert has(house.refused("list", "--process", "rapid_rewiew"), "rapid_rewiew")


def test_every_bad_row_of_a_table_is_told_at_once(house: Home, tmp_path: Path) -> None:
    """With its line; nobody of that table is imported."""
    table = tmp_path / "people.csv"
    table.write_text(
        "name,email,agency,roles\nGood,good@a.example,A,police\nBad,bad,A,police\n"
        "None,n@a.example,,polise\nx,y\nTwo,good@a.example,B,icb\n"
    )
    reasons = house.refused("people", "import", str(table))
    assert [reason.split(":")[0] for reason in reasons] == [
        "line 3", "line 4", "line 4", "line 5", "line 6"]  # fmt: skip
    assert "police" in reasons[2]
    for content in (b"", b"name,email\n", b"\xff\xfe", b'name,email,agency,roles\n"x'):
        table.write_bytes(content)
        house.refused("people", "import", str(table))
    house.refused("people", "import", str(tmp_path / "nowhere.csv"))
    house.refused("people", "import", str(tmp_path))


@pytest.mark.parametrize("day", ["soon", "2025-02-30", "20250101", ""])
def test_a_bad_day_is_refused_wherever_one_is_asked(house: Home, review: str, day: str) -> None:
    """In lists, holds, releases and meetings."""
    for words in (
        ["hold", review, "coroner", "--from", day, "--as", MANAGER],
        ["release", review, "coroner", "--on", day, "--as", MANAGER],
        ["meeting", review, "--on", day, "--invited", "2", "--present", "1", "--as", MANAGER],
        ["due", "--by", day or "x"],
    ):  # fmt: skip
        assert house.run(*words, "--json").code == 1


def test_a_name_in_any_spelling_of_letters_is_kept(house: Home) -> None:
    """Accents, other scripts and line breaks in a text are no reason to refuse."""
    reference = refer(house)["reference"]
    text = "Zoë ‘Ọlá’ 李\u200d明\nsecond line\ttabbed"
    house.do("record", reference, "--as", MANAGER, "--fact", f"rationale={text}")
    assert house.do("show", reference)["facts"]["rationale"] == text


def test_bytes_that_are_no_text_are_refused(house: Home) -> None:
    """As a shell may pass them on."""
    reference = refer(house)["reference"]
    odd = b"\xff\xfe".decode("utf-8", "surrogateescape")
    me = ("--as", MANAGER)
    for words in (
        ["record", reference, "--fact", f"rationale={odd}", *me],
        ["note", reference, odd, *me],
        ["record", reference, "--fact", "rationale=x", "--reason", odd, *me],
        ["open", "rapid_review", "--as", NURSE, "--pseudonym", odd],
        ["ask", reference, "--agency", f"{odd}=a@b.example", *me],
        ["note", reference, "x", "--as", odd],
    ):
        house.refused(*words)


def test_a_recusal_holds_however_the_address_was_spelt(house: Home) -> None:
    """Somebody with a conflict of interest is kept off the case, capital letters or not."""
    reference = refer(house)["reference"]
    house.do("recuse", reference, "--who", LOCAL_AUTHORITY.upper(), "--reason", "a relative",
             "--as", MANAGER)  # fmt: skip
    facts = {"la_view": "notify", "icb_view": "notify", "police_view": "notify",
             "threshold_rationale": "x", "notified_on": "2024-12-20"}  # fmt: skip
    refused = house.refused("do", "notify", reference, "--as", LOCAL_AUTHORITY, *given(facts))
    assert has(refused, "recused") or has(refused, "conflict")


def test_the_account_beside_a_name_cannot_be_made_up(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record keeps the account the machine knows, not the one the environment tells."""
    for name in ("USER", "LOGNAME", "USERNAME", "LNAME"):
        monkeypatch.setenv(name, "somebody-else")
    reference = refer(house)["reference"]
    accounts = {event["account"] for event in house.do("show", reference)["events"]}
    assert "somebody-else" not in accounts
    assert command("list", "--home", str(house.folder)).code == 0


TOO_LONG = "é" * 2000


@pytest.mark.parametrize(
    "words",
    [
        ("backup", TOO_LONG),
        ("collect", TOO_LONG),
        ("report", "timeliness", "--csv", TOO_LONG),
    ],
    ids=("backup", "collect", "report"),
)
def test_a_name_too_long_for_a_file_is_refused_in_words(
    house: Home, words: tuple[str, ...]
) -> None:
    """Found by 100,000 random command lines. A part of the name is said, and not all of it."""
    (reason,) = house.refused(*words)
    assert reason.endswith("is too long for the name of a file or folder")
    assert len(reason) < 120


def test_a_folder_that_is_shut_is_said_in_words() -> None:
    """Whoever tests may be let in everywhere; so the fault is made by hand."""
    fault = PermissionError(errno.EACCES, "Permission denied", "/srv/there.csv")
    assert faults.misnamed(fault) == "/srv/there.csv cannot be reached from this account"
    assert faults.misnamed(OSError(errno.EIO, "Input/output error", "/srv/there.csv")) == ""
