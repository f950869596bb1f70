"""Nobody is told twice a day, in the same words, that one date was missed; and nobody is left out.

Whoever keeps the case hears of it at once, and again with the first reminder after the date; what
was accepted by their mail server is what counts.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from notifications.catcher import Catcher
from tests.cli.driver import LOCAL_AUTHORITY, MANAGER, SAMPLE, Home, refer
from tests.workflows.deaths import DEATH

MISSED = "Decide on the threshold together: late"
DATABASE = "National Child Mortality Database told: late"
CHAIR = "panel.chair@northmoor-partnership.example"
POLICE = "safeguarding.partner@northmoor-police.example"
COORDINATOR = "child.death.coordinator@northmoor-icb.example"
CDOP_CHAIR = "child.death.chair@northmoor-icb.example"


def told(catcher: Catcher, title: str) -> Counter[str]:
    """How many mails about it each person had."""
    mails = [mail for mail in catcher.caught if title in str(mail.mail["Subject"])]
    return Counter(person for mail in mails for person in mail.recipients)


def words_of(house: Home, person: str) -> list[str]:
    """What became of the messages to one person that were not sent."""
    messages = house.do("outbox", "list")["messages"]
    mine = [m for m in messages if m["recipient"] == person and m["kind"] == "late"]
    return [m["last_words"] for m in mine if m["last_words"].startswith("Not sent")]


def test_who_heard_at_eight_is_not_told_again_at_nine(house: Home, catcher: Catcher) -> None:
    """The date was the Monday; everybody else the first reminder names has it at nine."""
    house.mail_to(catcher.port)
    refer(house)
    house.through("2024-12-24T08:30")
    house.do("deliver")
    assert told(catcher, MISSED) == {MANAGER: 1}
    house.through("2024-12-24T09:30")
    house.do("deliver")
    assert told(catcher, MISSED) == dict.fromkeys((MANAGER, LOCAL_AUTHORITY, POLICE, CHAIR), 1) | {
        "safeguarding.partner@northmoor-icb.example": 1
    }
    (why,) = words_of(house, MANAGER)
    assert "told the same on this day (message " in why
    assert house.do("verify")["ok"] is True


def test_both_in_one_run_are_one_mail(house: Home, catcher: Catcher) -> None:
    """A house that was shut over night sends them one after the other."""
    house.mail_to(catcher.port)
    refer(house)
    house.through("2024-12-24T08:30")
    house.through("2024-12-24T09:30")
    house.do("deliver")
    assert set(told(catcher, MISSED).values()) == {1}
    assert told(catcher, MISSED)[MANAGER] == 1


def test_who_was_not_reached_at_eight_is_told_at_nine(house: Home, catcher: Catcher) -> None:
    """Parked, and so never accepted: the reminder goes."""
    house.mail_to(catcher.port)
    refer(house)
    house.through("2024-12-24T00:30")
    first = [m for m in house.do("outbox", "list")["messages"] if m["kind"] == "late"]
    house.do("outbox", "park", str(first[0]["id"]), "--reason", "wrong")
    house.through("2024-12-24T09:30")
    house.do("deliver")
    assert told(catcher, MISSED)[MANAGER] == 1
    assert words_of(house, MANAGER) == []


def test_who_is_asked_to_pass_it_on_is_asked(house: Home, catcher: Catcher, tmp_path: Path) -> None:
    """Nobody holds the role of the police: that is another message than that it is late."""
    text = SAMPLE.read_text("utf-8").replace(",police;", ",").replace(",police:deputy;", ",")
    people = tmp_path / "people.csv"
    people.write_text(text, "utf-8")
    house.do("people", "import", str(people))
    house.mail_to(catcher.port)
    refer(house)
    for moment in ("2024-12-24T08:30", "2024-12-24T09:30"):
        house.through(moment)
        house.do("deliver")
    assert told(catcher, MISSED)[MANAGER] == 2
    last = [m for m in catcher.caught if m.recipients == (MANAGER,)][-1]
    assert "please pass it on" in " ".join(last.mail.as_string().split()).lower()


def test_a_reminder_an_hour_after_the_date_is_a_push_of_its_own(
    house: Home, catcher: Catcher
) -> None:
    """In working hours it goes; where both have rested until the morning it is one mail."""
    house.mail_to(catcher.port)
    for died, moments, times in (
        ("2025-01-14T10:00", ("2025-01-16T10:01", "2025-01-16T11:01"), 2),
        ("2025-01-16T20:00", ("2025-01-18T20:01", "2025-01-18T21:01", "2025-01-20T08:30"), 3),
    ):
        house.at(died)
        facts = {**DEATH, "died_on": died[:10], "died_at": died, "aware_at": died}
        house.open("child_death_review", COORDINATOR, **facts)
        for moment in moments:
            house.through(moment)
            house.do("deliver")
        assert told(catcher, DATABASE)[COORDINATOR] == times
    assert told(catcher, DATABASE)[CDOP_CHAIR] == 2
