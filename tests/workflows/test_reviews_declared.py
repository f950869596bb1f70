"""The two reviews are declared as the partnership published them: tables written out by hand."""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.definition import Process
from engine.roles import ROLES
from engine.rule_faults import faults_of_rules
from engine.rules import Rule
from engine.shape import FirstKnown, LaterOf, MetBy, Passes, Start, TaskAsked
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

REVIEWS = (RAPID_REVIEW, PRACTICE_REVIEW)
PARTNERS = "local_authority icb police"

# stage, and + where it ends the case
STAGES = {
    "rapid_review": "referred notified gathering meeting signing_off submitted reconsidering"
    " completed+ not_notifiable+ notified_only+ notified_in_error+ transferred+",
    "practice_review": "decided setting_up scoping gathering analysis report signed_off"
    " publication published embedding closed+ not_published+ ended_early+ superseded+",
}

# action | from | to | who
ACTIONS = {
    "rapid_review": f"""
open            |                                               | referred          | {PARTNERS} business_manager agency_lead
notify          | referred                                      | notified          | local_authority
notify_only     | referred                                      | notified_only     | local_authority
decline         | referred                                      | not_notifiable    | local_authority
transfer        | referred                                      | transferred       | business_manager
ask_agencies    | notified                                      | gathering         | business_manager
convene         | gathering                                     | meeting           | business_manager
draft           | meeting                                       | signing_off       | review_chair
reconvene       | signing_off                                   | meeting           | review_chair
submit          | signing_off                                   | submitted         | business_manager
reply_agrees    | submitted                                     | completed         | business_manager
reply_disagrees | submitted                                     | reconsidering     | business_manager
maintain        | reconsidering                                 | completed         | review_chair
reverse         | reconsidering                                 | completed         | review_chair
withdraw        | notified gathering meeting signing_off submitted | notified_in_error | local_authority
reopen          | completed not_notifiable notified_only notified_in_error transferred | referred | business_manager
""",  # noqa: E501
    "practice_review": f"""
open             |             | decided       | review_chair business_manager
set_up           | decided     | setting_up    | business_manager
appoint          | setting_up  | scoping       | review_chair
agree_terms      | scoping     | gathering     | review_chair
analyse          | gathering   | analysis      | lead_reviewer
deliver_report   | analysis    | report        | lead_reviewer
sign_off         | report      | signed_off    | review_chair
rework           | report      | analysis      | review_chair
plan_publication | signed_off  | publication   | business_manager
publish          | publication | published     | business_manager
embed            | published   | embedding     | review_chair
close            | embedding   | closed        | executive_chair review_chair
not_publish      | report signed_off publication | not_published | {PARTNERS}
end_early        | decided setting_up scoping gathering analysis report signed_off publication | ended_early | {PARTNERS}
supersede        | decided setting_up scoping gathering analysis report signed_off publication | superseded | {PARTNERS}
""",  # noqa: E501
}

# timescale | length | standing | from | met by
TIMESCALES = {
    "rapid_review": """
notification      | 5wd  | statutory | later aware_at abuse_suspected_at | stages notified notified_only not_notifiable
threshold_meeting | 1wd  | default   | aware_at             | stages notified notified_only not_notifiable
agency_return     | 8wd  | default   | asked agency_return  | answer
panel_meeting     | 10wd | default   | notified_on          | stages signing_off
partner_sign_off  | 14wd | default   | notified_on          | all la_agreed_on icb_agreed_on police_agreed_on
rapid_review      | 15wd | guidance  | notified_on          | stages submitted
panel_reply       | 20wd | default   | submitted_on         | facts panel_reply_on
reconsideration   | 5wd  | default   | panel_reply_on       | stages completed
""",  # noqa: E501
    "practice_review": """
publication   | 6m   | statutory | decided_on             | stages published
preview       | -7wd | statutory | planned_publication_on | facts preview_sent_on
inform_panel  | 1wd  | default   | decided_on             | facts panel_informed_on
monitoring    | 31d  | default   | decided_on             | facts monitoring_entry_on
delay_notice | 0d   | statutory | passes publication_forecast_on publication | facts delay_notice_on
stay_public   | 1y   | statutory | published_on           | facts removed_on
action_update | 3m   | default   | plan_approved_on       | facts action_update_on
agency_report | 20wd | default   | asked agency_report    | answer
""",
}

# timescale | when, before and after the due date, somebody is told
LADDERS = {
    "rapid_review": """
notification  | -4wd -2wd -1wd 0d +1wd
agency_return | -3wd -1wd 0d +1wd +2wd +3wd
rapid_review  | -7wd -5wd -3wd -2wd -1wd 0d +1wd
""",
    "practice_review": """
publication | 50% -60d -30d -14d 0d +1wd +30d +60d
preview     | -8wd -3wd -1wd 0d +1wd
""",
}

VOCABULARIES = {
    "outcome_for_child": "death serious_harm both other",
    "abuse_link": "known_cause known_contributory suspected not_suspected unknown",
    "la_view": "notify do_not_notify need_information not_reachable",
    "icb_view": "notify do_not_notify need_information not_reachable",
    "police_view": "notify do_not_notify need_information not_reachable",
    "criteria_11d": "yes no possible",
    "criteria_3c": "yes no possible",
    "quorum": "yes no",
    "decision": "lcspr lcspr_joint national_review_suggested no_further_review criteria_not_met"
    " learning_review thematic parallel_review_covers",
}


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def rules_of(process: Process) -> dict[str, Rule]:
    found = {r.timescale: r for r in load().rules if r.process == process.key and not r.override}
    assert found.keys() == process.timescale_by_key.keys()
    return found


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_stages_are_those_published(process: Process) -> None:
    written = [stage.key + ("+" if stage.final else "") for stage in process.stages]
    assert written == STAGES[process.key].split()


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_actions_lead_where_they_should_and_only_those_named_may_do_them(
    process: Process,
) -> None:
    declared = {
        (t.action, frozenset(t.sources), t.target, frozenset(t.who)) for t in process.transitions
    }
    expected = {
        (action, frozenset(sources.split()), target, frozenset(who.split()))
        for action, sources, target, who in rows(ACTIONS[process.key])
    }
    assert declared == expected


def start_in_words(start: Start) -> str:
    if isinstance(start, LaterOf):
        return "later " + " ".join(start.facts)
    if isinstance(start, FirstKnown):
        return " ".join(start.facts)
    if isinstance(start, Passes):
        return f"passes {start.fact} {start.timescale}"
    assert isinstance(start, TaskAsked)
    return f"asked {start.kind}"


def met_in_words(met: MetBy) -> str:
    assert not met.left
    assert not met.asked
    named = {"stages": met.stages, "facts": met.facts, "all": met.all_facts}
    return "; ".join(f"{k} {' '.join(v)}" for k, v in named.items() if v) or "answer"


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_timescales_have_their_length_standing_start_and_end(process: Process) -> None:
    rules = rules_of(process)
    declared = {
        (
            t.key,
            str(rules[t.key].length),
            rules[t.key].standing,
            start_in_words(t.start),
            met_in_words(t.met),
        )
        for t in process.timescales
    }
    assert declared == {tuple(row) for row in rows(TIMESCALES[process.key])}


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_warnings_come_on_the_days_agreed(process: Process) -> None:
    rules = rules_of(process)
    for timescale, offsets in rows(LADDERS[process.key]):
        assert [rung.at for rung in rules[timescale].ladder] == offsets.split(), timescale


def test_an_agency_that_does_not_answer_is_reported_one_level_higher_each_day() -> None:
    told = {rung.at: set(rung.to) for rung in rules_of(RAPID_REVIEW)["agency_return"].ladder}
    assert told["-3wd"] == told["-1wd"] == told["0d"] == {"recipient"}
    assert told["+1wd"] == {"recipient", "agency_lead@recipient", "business_manager"}
    assert told["+2wd"] >= {*PARTNERS.split(), "review_chair"}
    assert told["+3wd"] >= {"executive_chair", "executive_member"}


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_numbers_fit_the_process(process: Process) -> None:
    """Every clock has a rule, a reminder before and a notice after, and readers who exist."""
    assert faults_of_rules(process, load()) == ()


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_a_trial_an_inquest_or_another_review_stops_no_clock(process: Process) -> None:
    assert process.hold_kinds
    assert all(timescale.holds == () for timescale in process.timescales)


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_a_default_says_that_nobody_published_its_length(process: Process) -> None:
    for rule in rules_of(process).values():
        assert ("local default" in rule.citation) is (rule.standing == "default"), rule.timescale


def test_the_vocabularies_hold_the_words_others_use() -> None:
    for fact, words in VOCABULARIES.items():
        declared = [choice.key for choice in RAPID_REVIEW.fact_by_key[fact].vocabulary]
        assert declared == words.split(), fact
    for fact in ("criminal", "coroner", "family_court", "parallel"):
        words_of = PRACTICE_REVIEW.fact_by_key[f"{fact}_clearance"].vocabulary
        assert [choice.key for choice in words_of] == ["none", "pending", "cleared"]


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_agencies_may_be_asked_and_may_answer_with_nothing_to_report(process: Process) -> None:
    kind = process.asked_at("")
    assert kind is not None
    assert [choice.key for choice in kind.answers] == ["received", "nil", "waived", "declined"]
    assert kind.settling == ("received", "nil", "waived")
    assert set(kind.asked_by) <= ROLES.keys()
