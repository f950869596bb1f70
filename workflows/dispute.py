"""Disputes between agencies: resolution and escalation.

The order of the stages is Surrey's published arrangement of September 2019, widened with the
tiers other partnerships use; no length has been published there, so every one is a local default.
"""

from __future__ import annotations

from engine.definition import Process
from engine.shape import Invariant, Stage
from workflows.dispute_clocks import TASKS, TIMESCALES
from workflows.dispute_early_notices import EARLY_NOTICES
from workflows.dispute_facts import AGENCIES, FACTS
from workflows.dispute_ladder import LADDER_MOVES, OPENINGS, OWNER
from workflows.dispute_later_notices import LATER_NOTICES
from workflows.dispute_outcomes import OUTCOME_MOVES

_STAGES = (
    Stage("raised", "Raised, to be started", "business_manager"),
    Stage("practitioner", "Between practitioners", OWNER["practitioner"]),
    Stage("manager", "Between line managers", OWNER["manager"]),
    Stage("senior", "Between senior managers", OWNER["senior"]),
    Stage("director", "Between directors", OWNER["director"]),
    Stage("executive", "Before the Executive Group", OWNER["executive"]),
    Stage("agreed", "Outcome to be confirmed", "business_manager"),
    Stage("follow_up", "Follow-up and learning", "business_manager"),
    Stage("closed", "Closed", final=True),
    Stage("withdrawn", "Withdrawn", final=True),
    Stage("redirected", "Redirected to another procedure", final=True),
    Stage("overtaken", "Overtaken by events", final=True),
)

DISPUTE = Process(
    key="dispute",
    label="Dispute resolution",
    version="1",
    purpose="From a disagreement between agencies to its outcome, confirmed by each of them, and"
    " what is learnt from it. Silence never closes a dispute.",
    stages=_STAGES,
    transitions=(*OPENINGS, *LADDER_MOVES, *OUTCOME_MOVES),
    facts=FACTS,
    tasks=TASKS,
    timescales=TIMESCALES,
    notices=(*EARLY_NOTICES, *LATER_NOTICES),
    invariants=(
        Invariant(
            AGENCIES.at_least(2),
            "a dispute is between at least two agencies; a disagreement within one agency is"
            " resolved there",
        ),
    ),
    hold_kinds=("other",),
    link_kinds=(
        "rapid_review",
        "practice_review",
        "child_death_review",
        "learning_review",
        "thematic_review",
        "dispute",
        "other",
    ),
    keepers=("business_manager",),
    parties_fact="agencies",
    raiser_fact="raising_agency",
    prefix="DR",
)
