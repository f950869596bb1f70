"""Child death review: what may be recorded, from the notification to the family's feedback."""

from __future__ import annotations

from engine.facts import Fact, Kind, choice, choices, day, instant, text, words, yes_no
from workflows.vocabulary import (
    CHILD_ADDRESS,
    CHILD_NAME,
    DATE_OF_BIRTH,
    PLACE,
    REASON,
    RESIDENCE,
)


def _person(key: str, label: str) -> Fact:
    return Fact(key, label, Kind.PERSON)


# ------------------------------------------------------------------------------- notification

DIED_ON = day("died_on", "The date of death, as certified")
DIED_AT = instant("died_at", "The time of death, where it is known")
AWARE_AT = instant("aware_at", "When the death became known to the person notifying it", now=True)
NOTIFIED_AT = instant("notified_at", "When the death was notified", now=True)
NORMALLY_RESIDENT = choice("normally_resident", "Where the child normally lived", RESIDENCE)
PLACE_OF_DEATH = choice("place", "The place of death", PLACE)
NOTIFIER = text("notifier", "Who notifies the death: role and agency")
NHS_NUMBER = Fact("nhs_number", "The NHS number", Kind.NHS_NUMBER, identifying=True)
NO_NHS_NUMBER = choice(
    "nhs_number_missing_reason",
    "Why there is no NHS number",
    words(
        "non_resident_in_england: Child non-resident in England",
        "not_currently_available: NHS number not currently available",
    ),
)
UNATTENDED_STILLBIRTH = yes_no(
    "unattended_stillbirth", "A stillbirth with no healthcare professional present"
)
EXPECTED = choice(
    "expected",
    "Whether the death was anticipated as a significant possibility 24 hours before",
    words("expected", "unexpected"),
)

NOTIFICATION = (
    DIED_ON,
    DIED_AT,
    AWARE_AT,
    NOTIFIED_AT,
    DATE_OF_BIRTH,
    NORMALLY_RESIDENT,
    PLACE_OF_DEATH,
    NOTIFIER,
    NHS_NUMBER,
    NO_NHS_NUMBER,
    UNATTENDED_STILLBIRTH,
    EXPECTED,
    choice("place_of_event", "The place of the event that led to the death", PLACE),
    choice("sex", "Sex", words("female", "male", "indeterminate", "not_known")),
    text("ethnicity", "Ethnicity, in the words of the current national list"),
    choice("time_certainty", "How sure the time is", words("exact", "estimated", "unknown")),
    yes_no("learning_disability", "A learning disability or autism was known"),
)
IDENTITY = (
    CHILD_NAME,
    CHILD_ADDRESS,
    text("also_known_as", "Other names used", identifying=True),
    text("parents", "People with parental responsibility", identifying=True),
    text("siblings", "Other children in the household or affected", identifying=True),
    text("gp", "The GP and practice", identifying=True),
    text("school", "The school, college or nursery", identifying=True),
    text("professionals", "The other professionals involved", identifying=True),
    text("circumstances", "A summary of the circumstances", identifying=True),
)

# ------------------------------------------------------------------------------------ triage

_QUESTIONS = (
    "Live birth at any gestation, and death before the 18th birthday?",
    "Stillbirth after 24 weeks, attended by a healthcare professional?",
    "Late foetal loss: no signs of life, before 24 weeks?",
    "Live birth after a lawful planned termination?",
    "Stillbirth with no healthcare professional present?",
    "18th birthday reached on or before the date of death?",
    "Normally resident in this area, wherever the death was?",
    "Not resident in this area, but died in it?",
    "Residence disputed, or services mostly elsewhere?",
    "No residence in England (a visitor)?",
    "Already open here under another reference?",
    "Entered in error: alive, not a child, or a test entry?",
)
_SCOPE = words("yes", "no", "not_applicable")
SCOPE = tuple(
    choice(f"scope_t{number}", f"T{number}: {question}", _SCOPE)
    for number, question in enumerate(_QUESTIONS, 1)
)
ACCEPTED_ON = day("accepted_on", "The day this area accepted the review as its own")
TRANSFER_SENT_ON = day("transfer_sent_on", "The day the notification was passed on")
TRANSFER_ACCEPTED_ON = day("transfer_accepted_on", "The day the other area accepted the review")

TRIAGE = (
    *SCOPE,
    ACCEPTED_ON,
    text("receiving_panel", "The Child Death Overview Panel that takes the review on"),
    TRANSFER_SENT_ON,
    TRANSFER_ACCEPTED_ON,
    text("accepted_by", "Who accepted it there: role and agency"),
    text("receiving_reference", "The reference it has there"),
    REASON,
)

# ----------------------------------------------------------------------- immediate decisions

_CRITERIA = (
    "1: is or could be due to external causes",
    "2: sudden, with no immediately apparent cause",
    "3: in custody, or while detained under the Mental Health Act",
    "4: initial circumstances raise a suspicion that it may not be natural",
    "5: a stillbirth with no healthcare professional in attendance",
)
CRITERIA = tuple(
    yes_no(f"criterion_{number}", f"Joint agency criterion {criterion}")
    for number, criterion in enumerate(_CRITERIA, 1)
)
JOINT_AGENCY = yes_no("joint_agency_response", "A joint agency response is started")
JOINT_AGENCY_WHY = text(
    "joint_agency_response_why", "Why there is none although a joint agency criterion is met"
)
SAFEGUARDING = choice(
    "safeguarding",
    "The safeguarding decision",
    words(
        "none: No safeguarding concern",
        "sibling_check: A check on siblings",
        "strategy_discussion",
        "section_47: Section 47 enquiries",
        "serious_incident_notification: Serious incident notification",
    ),
)
KEY_WORKER = _person("key_worker", "The key worker's role mailbox")
KEY_WORKER_DEPUTY = _person("key_worker_deputy", "The key worker's deputy's role mailbox")

DECISIONS = (
    JOINT_AGENCY,
    *CRITERIA,
    JOINT_AGENCY_WHY,
    choice(
        "certificate",
        "Certificate or coroner",
        words(
            "medical_certificate: Medical certificate of cause of death",
            "coroner: Refer to the coroner",
            "coroner_already: The coroner already has it",
        ),
    ),
    SAFEGUARDING,
    choices(
        "organisational_incident",
        "Organisational incident reviews",
        words(
            "none",
            "incident: Patient safety incident investigation",
            "mnsi: Maternity and newborn safety investigation",
            "pmrt: Perinatal mortality review",
            "custody: Death in custody review",
        ),
    ),
    KEY_WORKER,
    KEY_WORKER_DEPUTY,
    yes_no("parents_informed", "The parents were told of the child death review"),
    yes_no("leaflet_offered", "The leaflet When a Child Dies was offered"),
    choice(
        "post_mortem",
        "The post-mortem examination",
        words(
            "requested",
            "not_required",
            "hospital: Hospital examination",
            "declined",
            "not_known",
        ),
    ),
    instant("key_worker_contact_at", "The key worker's first contact with the family"),
    instant("planning_meeting_at", "The first planning meeting of the joint agency response"),
)
