"""Deciding from an email: what a link and a one-time code let somebody do, and nothing else."""

from __future__ import annotations

from engine import casework
from engine.casework import Caller
from engine.keys import has_link
from tests.cli.driver import LOCAL_AUTHORITY as PARTNER
from tests.web.desk import COUNCIL, HOSPITAL, Browser, Dispute, words
from tests.web.test_console import INCIDENT
from workflows.wiring import Premises

DISAGREE = {"reason": "Nothing was agreed about the visits.", "disagree_to": "next"}


def test_one_agency_says_resolved_and_the_other_does_not(dispute: Dispute) -> None:
    """D7: the dispute is not closed; it goes on at the stage the one who disagrees chooses."""
    council, hospital = dispute.asked(COUNCIL), dispute.asked(HOSPITAL)
    council.sign_in()
    agree = next(c for c in council.choices() if c.endswith(":agree"))
    assert council.decide(agree).status_code == 200
    assert dispute.case["stage"] == "agreed"
    hospital.sign_in()
    assert "A joint assessment." in words(hospital.get("/decide"))
    assert hospital.decide("do:disagree", **DISAGREE).status_code == 200
    after = dispute.case
    assert (after["stage"], after["closed_at"]) == ("senior", None)
    assert after["facts"]["reason"] == DISAGREE["reason"]
    assert dispute.house.do("verify")["ok"] is True


def test_whoever_disagrees_may_choose_the_same_stage(dispute: Dispute) -> None:
    """D7: same or next; the same is where the outcome was proposed."""
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    assert hospital.decide("do:disagree", **{**DISAGREE, "disagree_to": "same"}).status_code == 200
    assert dispute.case["stage"] == "manager"


def test_an_agency_agrees_with_reservations_and_says_which(dispute: Dispute) -> None:
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    choice = next(c for c in hospital.choices() if c.endswith(":with_reservations"))
    assert "nothing was given" in words(hospital.decide(choice)).lower()
    assert hospital.decide(choice, reason="The visits stay open.").status_code == 200
    answers = {t["agency"]: t["answer"] for t in dispute.case["tasks"] if t["kind"] == "confirm"}
    assert answers[HOSPITAL] == "with_reservations"


def test_the_record_names_the_message_and_that_a_code_was_used(dispute: Dispute) -> None:
    """Who decided, by which email, and when the case was read: sealed like all else."""
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    hospital.decide("do:disagree", **DISAGREE)
    events = dispute.case["events"]
    number = hospital.message.id
    for kind in ("code_sent", "code_used"):
        assert [e["data"]["message"] for e in events if e["kind"] == kind] == [number]
    moved = [e for e in events if e["kind"] == "moved"][-1]
    assert moved["actor"] == hospital.message.recipient
    assert moved["account"] == f"link of message {number}, with a code"
    link = dispute.house.do("outbox", "show", str(number))["link"]
    assert {"code_sent", "code_used", "moved"} <= {e["kind"] for e in link["used"]}
    assert f"({moved['kind']})" in dispute.house.say("outbox", "show", str(number))
    assert dispute.house.do("verify")["ok"] is True


def test_a_refusal_has_every_reason_and_what_was_typed_is_still_there(dispute: Dispute) -> None:
    """Nothing is saved; the page stays open for another try."""
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    before = dispute.house.dump()
    page = hospital.decide("do:disagree", disagree_to="sideways", immediate_risk="perhaps")
    assert page.status_code == 422
    shown = words(page)
    for reason in ("Your answer was not saved", "same, next", "yes, no", "The reason"):
        assert reason in shown, shown
    assert "(reason)" not in shown
    assert dispute.house.dump() == before
    assert hospital.decide("do:disagree", **DISAGREE).status_code == 200


def test_two_presses_decide_once(dispute: Dispute) -> None:
    """The second is told kindly that it is saved already."""
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    form = {"choice": "do:disagree", "seen": hospital.seen(),
            **{f"f_{key}": value for key, value in DISAGREE.items()}}  # fmt: skip
    assert hospital.post("/decide", **form).status_code == 200
    done = dispute.house.dump()
    again = hospital.post("/decide", **form)
    assert again.status_code == 403
    assert dispute.house.dump() == done
    assert hospital.get("/decide").status_code == 403


def test_a_decision_on_a_case_that_changed_meanwhile_is_not_taken(dispute: Dispute) -> None:
    """Told kindly, with the case as it is now; another person's question for a code changes nothing
    that matters."""
    hospital, council = dispute.asked(HOSPITAL), dispute.asked(COUNCIL)
    hospital.sign_in()
    council.ask()
    seen = hospital.seen()
    dispute.house.do("record", dispute.reference, "--as",
                     "business.manager@northmoor-partnership.example",
                     "--fact", "voice=She was asked.")  # fmt: skip
    form = {f"f_{key}": value for key, value in DISAGREE.items()}
    page = hospital.post("/decide", choice="do:disagree", seen=seen, **form)
    assert page.status_code == 422
    assert "Somebody else has changed this case" in words(page)
    assert dispute.case["stage"] == "agreed"
    assert DISAGREE["reason"] in words(page)
    assert hospital.decide("do:disagree", **DISAGREE).status_code == 200


def test_a_manager_grants_from_the_email_what_was_asked_for(dispute: Dispute) -> None:
    """An email that more time is asked for leads to the new day, filled in, in two presses."""
    council = dispute.asked(COUNCIL)
    said = {"by": "2025-01-20", "words_later": "Our lead is away."}
    assert council.post(choice="later", **said).status_code == 200
    message = dispute.messages(kind="replied")[-1]
    keeper = Browser(dispute.premises, message)
    keeper.sign_in()
    choice = next(c for c in keeper.choices() if c.startswith("extend:"))
    page = keeper.get("/decide", choice=choice).text
    assert 'value="2025-01-20"' in page
    assert keeper.decide(choice, to="2025-01-20", reason="agreed").status_code == 200
    name = choice.partition(":")[2]
    clock = next(d for d in dispute.case["deadlines"] if d["name"] == name)
    assert clock["due"].startswith("2025-01-20")


def test_what_is_not_offered_cannot_be_posted(dispute: Dispute) -> None:
    """An action of others, of another stage or of nobody is refused, whatever the form says."""
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    before = dispute.house.dump()
    for choice in ("do:close", "do:decide", "do:open", "do:nothing", "answer:T1:agree", "", "x",
                   "extend:practitioner", "answer:T99:agree"):  # fmt: skip
        assert hospital.decide(choice, reason="x").status_code == 422
    assert dispute.house.dump() == before


def test_who_was_only_asked_reads_nothing_of_the_case(dispute: Dispute) -> None:
    """Somebody outside the directory who was asked may answer with a code, and reads nothing."""
    house = dispute.house
    house.do("ask", dispute.reference, "--as", "business.manager@northmoor-partnership.example",
             "--agency", "Outside Trust=lead@outside.example")  # fmt: skip
    message = dispute.messages(recipient="lead@outside.example")[0]
    outside = Browser(dispute.premises, message)
    page = words(outside.sign_in())
    assert "A joint assessment." not in page
    assert "not shown to you here" in page
    assert outside.choices()


def test_a_recused_person_is_offered_nothing(dispute: Dispute) -> None:
    hospital = dispute.asked(HOSPITAL)
    who = hospital.message.recipient
    casework.recuse(dispute.premises.house, dispute.reference, Caller(who), who, "I know them")
    assert "code" not in hospital.get().text
    page = words(hospital.sign_in())
    assert "A joint assessment." not in page
    assert hospital.choices() == []


def test_whoever_leaves_the_page_of_a_code_ends_it_without_deciding(dispute: Dispute) -> None:
    """The cookie is taken back, and opens nothing for whoever copied it; a new code goes on."""
    hospital, thief = dispute.asked(HOSPITAL), dispute.asked(HOSPITAL)
    hospital.sign_in()
    for cookie in hospital.client.cookies.jar:
        thief.client.cookies.jar.set_cookie(cookie)
    assert thief.get("/decide").status_code == 200
    before = dispute.case
    closed = hospital.post("/close")
    assert (closed.status_code, "Nothing was decided." in words(closed)) == (200, True)
    assert hospital.held.endswith(".")
    assert (hospital.get("/decide").status_code, thief.get("/decide").status_code) == (403, 403)
    assert thief.post("/close").status_code == 403
    assert dispute.case == before
    hospital.sign_in()
    assert hospital.decide("do:disagree", **DISAGREE).status_code == 200


def test_the_button_stands_on_each_page_that_a_code_opens(dispute: Dispute) -> None:
    hospital = dispute.asked(HOSPITAL)
    hospital.sign_in()
    for page in (hospital.get("/decide"), hospital.get("/decide", choice="do:disagree")):
        assert '<form method="post" action="close">' in page.text


def test_what_was_recorded_is_told_in_words(premises: Premises) -> None:
    """Days and hours as London says them, choices by their labels."""
    review = casework.open_case(premises.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
    with premises.store.begin() as work:
        asked = [m for m in work.outbox.list(case=review.case.reference) if has_link(m)]
    reader = Browser(premises, asked[0])
    reader.sign_in()
    shown = words(reader.get("/decide"))
    for said in ("Thursday 13 March 2025", "Friday 14 March 2025, 16:40", "Serious harm"):
        assert said in shown, shown
    assert "2025-03" not in shown
