"""When a link ends: with its task, its stage, its time, or because somebody took it back."""

from __future__ import annotations

from datetime import timedelta

from engine.keys import has_link, key_of
from engine.links import ENDED, LIFETIME, MOVED_ON
from tests.cli.driver import MANAGER
from tests.web.desk import COUNCIL, HOSPITAL, Browser, Dispute, words

WHY = "It was forwarded to the wrong list."


def _revoke(dispute: Dispute, browser: Browser, *more: str) -> object:
    number = str(browser.message.id)
    return dispute.house.do("outbox", "revoke", number, "--as", MANAGER, "--reason", WHY, *more)


def test_a_task_that_is_done_is_asked_no_more(dispute: Dispute) -> None:
    """Its answers end with it; what may still be decided at the stage may be, with a code."""
    council = dispute.asked(COUNCIL)
    task = council.message.about["task"]
    dispute.house.do("answer", dispute.reference, task, "--as", MANAGER, "--with", "agree")
    assert "This was answered already" in words(council.get())
    assert council.post(choice="acknowledge").status_code == 422


def test_a_decision_ends_with_the_stage_of_its_email(dispute: Dispute) -> None:
    """The case has moved on: neither an open page nor a new code decides anything."""
    council, hospital = dispute.asked(COUNCIL), dispute.asked(HOSPITAL)
    council.sign_in()
    seen = council.seen()
    hospital.sign_in()
    hospital.decide("do:disagree", reason="Not so.", disagree_to="same")
    before = dispute.house.dump()
    for answer in (council.post("/code"), council.get("/code"), council.get("/decide"),
                   council.post("/decide", choice="do:disagree", seen=seen)):  # fmt: skip
        assert answer.status_code == 403
        assert MOVED_ON in words(answer)
    assert "code" not in words(council.get())
    assert dispute.house.dump() == before


def test_coming_back_to_the_stage_does_not_wake_an_old_email(dispute: Dispute) -> None:
    """Proposed again after a disagreement: only the new emails decide on the new outcome."""
    hospital, old = dispute.asked(HOSPITAL), dispute.asked(COUNCIL)
    hospital.sign_in()
    hospital.decide("do:disagree", reason="Not so.", disagree_to="same")
    dispute.house.at("2025-01-03T10:00")
    outcome = ["--fact", "agreed_what=Another plan.", "--fact", "agreed_actions=Both."]
    manager = dispute.asked(COUNCIL).message.recipient
    dispute.house.do("do", "propose", dispute.reference, "--as", manager, *outcome)
    assert dispute.case["stage"] == "agreed"
    assert MOVED_ON in words(old.post("/code"))
    new = next(m for m in reversed(dispute.messages(kind="asked", recipient=manager))
               if m.about["stage_label"] == old.message.about["stage_label"])  # fmt: skip
    assert "Another plan." in words(Browser(dispute.premises, new).sign_in())


def test_no_link_lasts_longer_than_180_days(dispute: Dispute) -> None:
    council = dispute.asked(COUNCIL)
    last = council.message.owed_at + LIFETIME
    dispute.house.at(last.isoformat())
    assert ENDED not in words(council.get())
    dispute.house.at((last + timedelta(seconds=1)).isoformat())
    assert ENDED in words(council.get())
    assert ENDED in words(council.post(choice="acknowledge"))
    assert ENDED in words(council.post("/code"))


def test_a_link_that_was_taken_back_answers_like_one_that_never_was(dispute: Dispute) -> None:
    """Every page and form of it, from that moment, also for a browser that has it open."""
    council, never = dispute.asked(COUNCIL), dispute.asked(HOSPITAL)
    council.sign_in()
    never.hold(f"{'a' * 26}.")
    _revoke(dispute, council)
    before = dispute.house.dump()
    for page in ("", "/code", "/decide"):
        found, expected = council.get(page), never.get(page)
        assert (found.status_code, found.text) == (expected.status_code, expected.text)
        assert found.status_code == 404
    for page in ("", "/code", "/open", "/decide"):
        found, expected = council.post(page, choice="agree"), never.post(page, choice="agree")
        assert (found.status_code, found.text) == (expected.status_code, expected.text)
    assert dispute.house.dump() == before
    assert dispute.house.do("verify")["ok"] is True


def test_its_person_gets_the_message_again_with_another_link(dispute: Dispute) -> None:
    """An email was forwarded: the old link ends, and who was asked can still answer."""
    council = dispute.asked(COUNCIL)
    done = _revoke(dispute, council, "--again")
    assert done == {"id": council.message.id, "reference": dispute.reference, "revoked": True,
                    "told": [council.message.recipient]}  # fmt: skip
    again = dispute.messages(recipient=council.message.recipient)[-1]
    fresh = Browser(dispute.premises, again)
    assert fresh.key != council.key
    assert {k: v for k, v in again.about.items() if k != "urgent"} == {
        k: v for k, v in council.message.about.items() if k != "urgent"
    }
    assert fresh.post(choice="acknowledge").status_code == 200
    assert council.get().status_code == 404
    assert dispute.house.do("verify")["ok"] is True


def test_taking_a_link_back_is_for_who_keeps_the_case_or_got_the_email(dispute: Dispute) -> None:
    """Every reason at once; with a reason of its own; once; and it stands in the record."""
    council, number = dispute.asked(COUNCIL), str(dispute.asked(COUNCIL).message.id)
    stranger = "class.teacher@northmoor-schools.example"
    reasons = dispute.house.refused("outbox", "revoke", number, "--as", stranger)
    assert any("may be done by" in reason for reason in reasons)
    assert any("a reason is needed" in reason for reason in reasons)
    dispute.house.do("outbox", "revoke", number, "--as", council.message.recipient,
                     "--reason", WHY)  # fmt: skip
    event = dispute.case["events"][-1]
    assert (event["kind"], event["data"]["reason"]) == ("revoked", WHY)
    assert "taken back already" in " ".join(
        dispute.house.refused("outbox", "revoke", number, "--as", MANAGER, "--reason", WHY)
    )
    absent = dispute.house.refused("outbox", "revoke", "99999", "--as", MANAGER, "--reason", WHY)
    assert "no message 99999" in " ".join(absent).lower()


def test_the_mail_of_a_code_is_not_taken_back(dispute: Dispute) -> None:
    dispute.asked(COUNCIL).ask()
    code = str(dispute.messages(kind="code")[-1].id)
    said = dispute.house.refused("outbox", "revoke", code, "--as", MANAGER, "--reason", WHY)
    assert any("ends by itself" in reason for reason in said)


def test_only_who_has_something_to_do_gets_a_link(dispute: Dispute) -> None:
    """A task of theirs, or a role that decides at the stage; never a mail that only ends it all."""
    keys = {m.id: key_of(dispute.premises.store.secret, m) for m in dispute.messages()}
    assert len(set(keys.values())) == len(keys)
    for message in dispute.messages():
        expected = message.kind not in ("closed", "published", "code") and (
            bool(message.about["task"]) or message.about["decides"] == "yes"
        )
        assert has_link(message) == expected
