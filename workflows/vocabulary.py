"""Words every process shares: the vocabularies and facts with one meaning everywhere."""

from __future__ import annotations

from engine.facts import day, text, words

VIEW = words("notify", "do_not_notify", "need_information", "not_reachable")
OUTCOME_FOR_CHILD = words("death", "serious_harm", "both: Death and serious harm", "other")
ABUSE_LINK = words(
    "known_cause", "known_contributory", "suspected", "not_suspected", "unknown: Not known"
)
CRITERION = words("yes", "no", "possible")
CLEARANCE = words("none: None needed", "pending", "cleared")
WELLBEING = words(
    "none_known: None known",
    "drift: Drift or delay for the child",
    "likely_harm: Likely harm",
    "immediate_risk: Immediate risk",
)
RESIDENCE = words(
    "in_area: In this area",
    "elsewhere_in_england: Elsewhere in England",
    "outside_england: Outside England",
)
PLACE = words(
    "hospital",
    "home",
    "other_private_home",
    "foster_home",
    "residential_care",
    "public_place",
    "school",
    "hospice",
    "mental_health_unit",
    "abroad",
    "other",
    "not_known",
)
ANSWERS = words(
    "received", "nil: Nil return", "waived: Waived, with a reason", "declined: Declined"
)
SETTLING = ("received", "nil", "waived")
RETURNED = words("received: It has been sent", "nil: We have nothing to tell: a nil return")

REASON = text("reason", "The reason")
RATIONALE = text("rationale", "The rationale for the decision")
NEW_FACTS = text("new_facts", "The new facts that reopen the case")
INCIDENT_ON = day("incident_on", "The date of the incident")

CHILD_NAME = text("child_name", "The child's name", identifying=True)
CHILD_ADDRESS = text("child_address", "The child's address", identifying=True)
DATE_OF_BIRTH = day("date_of_birth", "The child's date of birth", identifying=True)
