"""A house tells its people across cases, once a day, and holds no notice back for it."""

from __future__ import annotations

import pytest

from engine import digesting
from notifications.catcher import Catcher, Caught
from tests.cli.desk import DOMAIN, Desk, asked, counts, inside, send
from tests.cli.driver import CHAIR, MANAGER, Home, notify, refer
from tests.faults.invariants import faults
from workflows.wiring import enter


def mails(catcher: Catcher) -> list[Caught]:
    return [c for c in catcher.caught if str(c.mail["X-Waymark-Template"]).startswith("digest/")]


def words(caught: Caught, kind: str = "plain") -> str:
    part = caught.mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def busy(house: Home, catcher: Catcher) -> Home:
    """A rapid review with an agency asked, and a referral about which nothing was done."""
    house.mail_to(catcher.port)
    first = refer(house)["reference"]
    house.at("2024-12-30T09:00")
    notify(house, first)
    to = "Northmoor Schools=head@northmoor-schools.example"
    house.do("ask", first, "--as", MANAGER, "--agency", to)
    refer(house)
    house.do("deliver")
    return house


def test_a_monday_in_a_busy_house(busy: Home, catcher: Catcher) -> None:
    """The manager's daily and the panel's weekly digest: references, dates, and nobody named."""
    busy.through("2025-01-06T08:00")
    rehearsed = busy.do("digest", "--dry-run")
    assert (rehearsed["owed"], rehearsed["daily"], rehearsed["monthly"]) == (8, 1, 0)
    found = busy.do("digest")
    assert {**found, "dry_run": True} == rehearsed
    assert busy.do("digest")["owed"] == 0
    busy.do("deliver")
    told = {caught.recipients[0]: caught for caught in mails(catcher)}
    assert len(told) == 8
    daily, weekly = words(told[MANAGER]), words(told[CHAIR])
    assert "RR-2024-0002  Notify the National Panel  was due Tuesday 31 December 2024" in daily
    assert "RR-2024-0001  Agency return (T1)  due Friday 10 January 2025" in daily
    assert "RR-2024-0001  Agency return (T1)  asked Monday 30 December 2024" in daily
    assert "Open reviews" in weekly
    assert "next: Agency return (T1), due Friday 10 January 2025" in weekly
    number = next(m["id"] for m in busy.do("outbox", "list")["messages"] if m["kind"] == "digest")
    assert "of no case" in busy.say("outbox", "show", str(number))
    assert busy.do("outbox", "show", str(number))["link"] is None
    for caught in told.values():
        assert "schools" not in words(caught).lower()
        assert caught.mail["References"] is None
        assert "RR-2024-0002" in words(caught, "html")
    assert busy.do("verify")["ok"] is True
    assert faults(f"sqlite:///{busy.folder / 'waymark.db'}") == []


def test_the_executive_gets_numbers_on_the_first_working_day(busy: Home, catcher: Catcher) -> None:
    """Numbers and references only: no name of a date, a task or a stage."""
    busy.through("2025-02-03T08:00")
    assert busy.do("digest")["monthly"] == 5
    busy.do("deliver")
    monthly = next(c for c in mails(catcher) if "Monthly" in str(c.mail["Subject"]))
    text = words(monthly)
    assert "Rapid review: 0 opened, 0 closed, 2 open now" in text
    assert "RR-2024-0002  missed and still open: was due Tuesday 31 December 2024" in text
    assert "Agency return" not in text
    assert "Notify" not in text


def test_a_late_tick_is_in_time_and_a_lost_day_is_lost(busy: Home) -> None:
    busy.at("2025-01-06T07:59")
    assert busy.do("digest")["why"] == "Digests are looked for at 08:00; it is not yet time."
    busy.at("2025-01-06T23:30")
    assert busy.do("digest")["owed"] == 8
    busy.at("2025-01-08T07:00")
    assert busy.do("digest")["owed"] == 0
    busy.at("2025-01-11T09:00")
    assert "not a working day" in busy.say("digest")


def test_a_digest_whose_day_is_over_is_dropped(busy: Home, catcher: Catcher) -> None:
    """A mail server that was away for a day brings nobody yesterday's list."""
    busy.at("2025-01-06T08:00")
    busy.do("digest")
    busy.at("2025-01-07T07:00")
    assert busy.do("deliver")["dropped"] == 8
    assert mails(catcher) == []


def test_no_digest_holds_a_notice_back(busy: Home, catcher: Catcher) -> None:
    """What the law sets is told at once, whether or not a digest is due."""
    busy.through("2025-01-01T00:30")
    busy.do("deliver")
    assert any("Notify the National Panel: late" in str(c.mail["Subject"]) for c in catcher.caught)


def test_the_hour_is_the_houses_own_and_never_the_one_that_comes_twice(busy: Home) -> None:
    settings = busy.folder / "settings.toml"
    known = settings.read_text("utf-8")
    settings.write_text(f"digest_hour = 15\n{known}", "utf-8")
    busy.at("2025-01-06T14:59")
    assert busy.do("digest")["owed"] == 0
    busy.at("2025-01-06T15:00")
    assert busy.do("digest")["owed"] == 8
    for hour in (1, 24, -1, '"eight"'):
        settings.write_text(f"digest_hour = {hour}\n{known}", "utf-8")
        assert "digest_hour" in busy.down("digest")


def digested(house: Home) -> tuple[Desk, int, str]:
    """A desk whose manager has a digest that was sent: its number and its Message-ID."""
    desk = asked(house)
    house.through("2025-01-14T08:00")
    house.do("digest")
    send(desk)
    with inside(house) as premises, premises.store.begin() as work:
        message = next(m for m in work.outbox.list() if m.recipient == MANAGER and not m.case)
    return desk, message.id, message.message_id


def test_a_reply_to_a_digest_waits_for_a_person(house: Home) -> None:
    """It belongs to no case, answers nothing, and cannot be assigned to the digest."""
    desk, number, name = digested(house)
    letter = desk.letter("Thank you.", MANAGER, To=f"replies@{DOMAIN}", In_Reply_To=name)
    assert desk.collect(letter) == counts(read=1, unmatched=1)
    assert "belongs to no case" in desk.last()["reason"]
    reasons = house.refused("letters", "assign", "1", str(number), "--as", MANAGER)
    assert reasons == [f"message {number} is a digest; it belongs to no case and asks nothing"]
    house.do("letters", "dismiss", "1", "--as", MANAGER, "--reason", "read")


def test_a_digest_that_comes_back_is_refused_after_all(house: Home) -> None:
    desk, number, name = digested(house)
    raw = "\n".join([
        "From: mailer-daemon@x.example", f"To: bounces@{DOMAIN}", "Subject: failed",
        "Message-ID: <report@x.example>", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x.example", "",
        f"Final-Recipient: rfc822; {MANAGER}", "Action: failed", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user", "",
        "--b", "Content-Type: message/rfc822", "", f"Message-ID: {name}", "Subject: x", "", "--b--",
    ]) + "\n"  # fmt: skip
    assert desk.collect(desk.file(raw.encode()))["read"] == 1
    assert house.do("outbox", "show", str(number))["state"] == "refused"
    assert desk.last()["case"] is None


def test_a_look_for_digests_holds_no_messages_but_those_about_open_tasks(busy: Home) -> None:
    """A case that is late for weeks has hundreds, and a look has every open case before it."""
    busy.through("2025-01-06T08:00")
    with enter(busy.folder) as premises, premises.store.begin() as work:
        seen = digesting._gathered(work, premises.house.clock.now(), monthly=False).seen
        everything = work.outbox.list()
    held = [message for one in seen for message in one.messages]
    assert {message.about["task"] for message in held} == {"T1"}
    assert len(held) < len(everything) / 3
