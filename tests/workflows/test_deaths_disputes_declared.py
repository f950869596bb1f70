"""Child deaths and disputes as declared, against tables typed by hand from the agreed process list.

The tables are a second statement of the two processes, made without looking at the declarations.
"""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.definition import Process
from engine.rule_faults import faults_of_rules
from engine.rules import Rule
from workflows.child_death_review import CHILD_DEATH_REVIEW
from workflows.dispute import DISPUTE

BOTH = (CHILD_DEATH_REVIEW, DISPUTE)
DEATH_STAGES = (
    "notified immediate_decisions gathering meeting panel_ready panel finalised feedback closed*"
    " out_of_scope* duplicate* in_error* transferred_out*"
)
DISPUTE_STAGES = (
    "raised practitioner manager senior director executive agreed follow_up closed* withdrawn*"
    " redirected* overtaken*"
)
PROFESSIONALS = (
    "local_authority icb police review_chair panel_member business_manager agency_lead"
    " agency_author lead_reviewer cdop_coordinator cdop_chair designated_doctor key_worker"
    " practitioner line_manager senior_manager director executive_member executive_chair"
    " scrutineer learning_chair"
)
DEATH_ACTIONS = f"""
open            |                               | notified            | {PROFESSIONALS}
accept          | notified                      | immediate_decisions | cdop_coordinator
out_of_scope    | notified                      | out_of_scope        | cdop_coordinator
duplicate       | notified                      | duplicate           | cdop_coordinator
in_error        | notified                      | in_error            | cdop_coordinator
transfer        | notified immediate_decisions  | transferred_out     | cdop_coordinator
decide          | immediate_decisions           | gathering | designated_doctor cdop_coordinator
hold_meeting    | gathering                     | meeting             | designated_doctor
send_analysis   | meeting                       | panel_ready         | designated_doctor
take_to_panel   | panel_ready                   | panel               | cdop_coordinator
defer           | panel                         | panel_ready         | cdop_chair
conclude        | panel                         | finalised           | cdop_chair
finalise        | finalised                     | feedback            | cdop_coordinator
feed_back       | feedback                      | closed              | key_worker cdop_coordinator
reopen          | closed                        | panel_ready         | cdop_coordinator
"""
_OPENERS = (
    "practitioner line_manager senior_manager business_manager agency_lead designated_doctor"
    " police icb local_authority director executive_member"
)
_PARTY = "practitioner line_manager senior_manager director executive_member agency_lead"
_ANY = "raised practitioner manager senior director executive agreed follow_up"
DISPUTE_ACTIONS = f"""
open           |              | practitioner | {_OPENERS}
open           |              | executive    | {_OPENERS}
escalate       | practitioner | manager      | practitioner line_manager business_manager house
escalate       | manager      | senior       | line_manager business_manager house
escalate       | senior       | director     | senior_manager business_manager house
escalate       | director     | executive    | director business_manager house
de_escalate    | manager      | practitioner | line_manager practitioner
de_escalate    | senior       | manager      | senior_manager line_manager
de_escalate    | director     | senior       | director senior_manager
de_escalate    | executive    | director     | executive_chair director
propose        | practitioner | agreed       | practitioner line_manager
propose        | manager      | agreed       | line_manager
propose        | senior       | agreed       | senior_manager
propose        | director     | agreed       | director
propose        | executive    | agreed       | executive_chair
confirm        | agreed       | -            | {_PARTY}
both_confirmed | agreed       | follow_up    | house
disagree       | agreed       | practitioner | {_PARTY}
disagree       | agreed       | manager      | {_PARTY}
disagree       | agreed       | senior       | {_PARTY}
disagree       | agreed       | director     | {_PARTY}
disagree       | agreed       | executive    | {_PARTY}
decide         | executive    | agreed       | executive_chair
meet           | {_ANY}       | -            | {PROFESSIONALS} administrator
withdraw       | {_ANY}       | withdrawn    | {_OPENERS}
redirect       | {_ANY}       | redirected   | business_manager
overtake       | {_ANY}       | overtaken    | business_manager
take_back      | redirected overtaken | raised | business_manager
start          | raised       | practitioner | business_manager
start          | raised       | executive    | business_manager
close          | follow_up    | closed       | business_manager
"""
# timescale | length | the authority it has in the list
DEATH_CLOCKS = """
notification                | 24h  | local
notification_from_awareness | 24h  | local
national_database           | 48h  | SG, unverified
key_worker_contact          | 48h  | good practice
first_sharing               | 48h  | local
form_request                | 1wd  | default
reporting_form              | 15wd | default
review_meeting              | 3m   | SG, unverified
analysis                    | 10wd | default
panel_review                | 6w   | SG, unverified
finalise                    | 10wd | default
registrar                   | 7d   | L
coroner                     | 3d   | L, text not seen
"""
STANDING = {
    "local": ("local", False),
    "default": ("default", False),
    "L": ("statutory", False),
    "SG, unverified": ("guidance", True),
    "good practice": ("guidance", True),
    "L, text not seen": ("guidance", True),
}
DISPUTE_CLOCKS = """
acknowledge     | 1wd  | 1h
practitioner    | 2wd  | 4h
manager         | 3wd  | 4h
senior          | 3wd  | 4h
director        | 5wd  | 24h
executive       | 10wd | 2wd
policy          | 20wd | 20wd
review_decision | 2wd  | 2wd
confirm         | 2wd  | 4h
follow_up       | 20wd | 5wd
learning_coded  | 10wd | 10wd
"""


def _rows(table: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in table.splitlines() if line.strip()]


def _typed(table: str) -> set[tuple[str, str, str, frozenset[str]]]:
    return {
        (action, source, target, frozenset(who.split()))
        for action, sources, target, who in _rows(table)
        for source in sources.split() or [""]
    }


def _declared(process: Process) -> set[tuple[str, str, str, frozenset[str]]]:
    return {
        (t.action, source, t.target or "-", frozenset(t.who))
        for t in process.transitions
        for source in t.sources or ("",)
    }


def _rule(process: str, timescale: str, variant: str = "") -> Rule:
    book = load()
    found = book.rule(process, timescale, max(r.since for r in book.rules), variant)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("process", "stages"), [(CHILD_DEATH_REVIEW, DEATH_STAGES), (DISPUTE, DISPUTE_STAGES)]
)
def test_the_stages_and_their_order_are_those_agreed(process: Process, stages: str) -> None:
    assert [s.key + "*" * s.final for s in process.stages] == stages.split()


@pytest.mark.parametrize(
    ("process", "table"), [(CHILD_DEATH_REVIEW, DEATH_ACTIONS), (DISPUTE, DISPUTE_ACTIONS)]
)
def test_every_action_leads_where_agreed_and_is_done_by_whom(process: Process, table: str) -> None:
    assert _declared(process) == _typed(table)


@pytest.mark.parametrize(
    ("process", "table"), [(CHILD_DEATH_REVIEW, DEATH_CLOCKS), (DISPUTE, DISPUTE_CLOCKS)]
)
def test_no_clock_is_missing_and_none_is_invented(process: Process, table: str) -> None:
    assert sorted(process.timescale_by_key) == sorted(row[0] for row in _rows(table))


@pytest.mark.parametrize(("key", "length", "authority"), _rows(DEATH_CLOCKS))
def test_each_death_clock_has_its_length_and_no_more_authority_than_was_found(
    key: str, length: str, authority: str
) -> None:
    rule = _rule("child_death_review", key)
    standing, unverified = STANDING[authority]
    assert (str(rule.length), rule.standing) == (length, standing)
    assert ("unverified" in rule.citation) is unverified


@pytest.mark.parametrize(("key", "standard", "urgent"), _rows(DISPUTE_CLOCKS))
def test_each_dispute_clock_is_a_local_default_on_both_tracks(
    key: str, standard: str, urgent: str
) -> None:
    """A day clock falls due at 17:00; an hour clock runs on."""
    found = [_rule("dispute", key), _rule("dispute", key, "urgent")]
    assert [str(rule.length) for rule in found] == [standard, urgent]
    for rule in found:
        assert rule.standing == "default"
        assert "length is a local default" in rule.citation
        assert (f"{rule.closes:%H:%M}" == "17:00") is (rule.length.unit != "h")


@pytest.mark.parametrize("process", BOTH)
def test_the_numbers_fit_the_process_and_somebody_is_told_before_and_after(
    process: Process,
) -> None:
    assert faults_of_rules(process, load()) == ()


def test_only_the_meeting_and_the_panel_wait_for_a_hold_and_disputes_for_none() -> None:
    held = {t.key: set(t.holds) for t in CHILD_DEATH_REVIEW.timescales if t.holds}
    outside = {"coroner", "criminal", "practice_review", "pmrt", "mnsi", "incident"}
    every = outside | {"post_mortem", "other"}
    assert held == {"review_meeting": every, "panel_review": every}
    assert not any(t.holds for t in DISPUTE.timescales)
