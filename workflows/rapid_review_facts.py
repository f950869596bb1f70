"""What may be recorded on a rapid review, from the referral to the National Panel's reply."""

from __future__ import annotations

from engine.facts import Fact, Kind, choice, choices, day, instant, text, words, yes_no
from workflows.partners import AGREED_ON, agreements
from workflows.vocabulary import (
    ABUSE_LINK,
    CHILD_ADDRESS,
    CHILD_NAME,
    CRITERION,
    DATE_OF_BIRTH,
    INCIDENT_ON,
    NEW_FACTS,
    OUTCOME_FOR_CHILD,
    PLACE,
    RATIONALE,
    REASON,
    RESIDENCE,
    VIEW,
)

YES_NO_UNKNOWN = words("yes", "no", "unknown: Not known")
PRECISION = words("exact", "approximate", "range: Some time within a period", "unknown: Not known")
NOTIFY_ONLY = words(
    "looked_after_no_abuse_suspected: Looked after, no abuse or neglect suspected",
    "care_leaver: Care leaver up to the age of twenty-four",
)
NOTIFICATION_REASON = words(
    "child_death_abuse_neglect_known_or_suspected",
    "serious_harm_abuse_neglect_known_or_suspected",
    "child_death_or_harm_outside_england_normally_resident",
    "looked_after_child_death_abuse_known_or_suspected",
    "looked_after_child_death_no_abuse_known",
    "care_leaver_death_18_24: Care leaver's death, 18 to 24",
    "care_leaver_death_under_18: Care leaver's death, under 18",
    "other",
)
HARM_TYPE = words(
    "physical_non_accidental",
    "fatal_or_life_threatening_injury",
    "neglect",
    "sexual_abuse_intrafamilial",
    "sexual_abuse_extrafamilial",
    "criminal_exploitation",
    "serious_youth_violence",
    "suicide_or_suspected_suicide",
    "serious_self_harm",
    "sudi_or_co_sleeping: Sudden unexpected death in infancy, or co-sleeping",
    "filicide_or_homicide",
    "fabricated_or_induced_illness",
    "drowning",
    "poisoning_or_ingestion",
    "overlay",
    "domestic_abuse_related",
    "online_harm",
    "institutional_or_residential",
    "medical_neglect",
    "fgm_or_honour_based_abuse: Female genital mutilation or honour-based abuse",
    "near_miss",
    "other",
)
HARM_BASIS = words(
    "potentially_life_threatening",
    "long_term_physical",
    "long_term_mental_health",
    "development: Intellectual, emotional, social or behavioural development",
    "recovered_but_serious",
)
LATE_CAUSE = words(
    "information_received_late",
    "threshold_dispute",
    "staff_absence",
    "system_fault",
    "awaiting_medical_view",
    "other",
)
DECISION = words(
    "lcspr: Local Child Safeguarding Practice Review",
    "lcspr_joint: Local Child Safeguarding Practice Review, joint with another area",
    "national_review_suggested",
    "no_further_review: No further review, the learning is drawn out",
    "criteria_not_met",
    "learning_review",
    "thematic: To be part of a thematic review",
    "parallel_review_covers: Another statutory review will cover it",
)
# The National Panel's own wording has not been published: this list is a local one.
PANEL_OUTCOME = words(
    "agrees_no_lcspr: Agrees that no local review is needed",
    "agrees_lcspr: Agrees with a local review",
    "disagrees_recommends_lcspr: Disagrees and recommends a local review",
    "suggests_lcspr_not_needed: Suggests that the rapid review is enough",
    "asks_more_information",
    "asks_for_revised_rapid_review",
    "considering_national_review",
    "national_review_commissioned",
    "thematic_pool: Kept for a thematic review",
    "not_notifiable",
    "acknowledged_only",
)
CRITERIA_LABELS = {
    "11a": "Regulation 11(a), improvements needed, even if identified before",
    "11b": "Regulation 11(b), recurrent themes",
    "11c": "Regulation 11(c), concern about how agencies worked together",
    "11d": "Regulation 11(d), the National Panel thinks a local review may be better",
    "3a": "Regulation 3(a), improvements of national interest, even if identified before",
    "3b": "Regulation 3(b), a change of law or guidance may be needed",
    "3c": "Regulation 3(c), recurrent themes of national interest",
}

AWARE_AT = instant("aware_at", "When the local authority became aware of the incident")
ABUSE_SUSPECTED_AT = instant("abuse_suspected_at", "When abuse or neglect was first suspected")
INCIDENT_PRECISION = choice(
    "incident_precision", "How exact the date of the incident is", PRECISION
)
OUTCOME = choice("outcome_for_child", "The outcome for the child", OUTCOME_FOR_CHILD)
LINK_TO_ABUSE = choice("abuse_link", "The link to abuse or neglect", ABUSE_LINK)
MEDIA_INTEREST = yes_no("media_interest", "Media interest is likely")

REFERRAL = (
    INCIDENT_ON,
    INCIDENT_PRECISION,
    AWARE_AT,
    ABUSE_SUSPECTED_AT,
    OUTCOME,
    LINK_TO_ABUSE,
    MEDIA_INTEREST,
    text("referrer_agency", "The agency that referred the incident"),
    text("referrer_role", "The role of the person who referred it"),
    choice("normally_resident", "Where the child normally lives", RESIDENCE),
    choice("place", "Where the incident happened", PLACE),
    choices("harm_type", "The kinds of harm", HARM_TYPE),
    choices("serious_harm_basis", "Why the harm is serious", HARM_BASIS),
    choice("looked_after", "Looked after at the time", YES_NO_UNKNOWN),
    choice("care_leaver", "A care leaver at the time", YES_NO_UNKNOWN),
    text("placement_type", "The kind of placement, where looked after"),
    choice("cp_plan", "On a child protection plan", YES_NO_UNKNOWN),
    choice("cin_plan", "On a child in need plan", YES_NO_UNKNOWN),
    choice("child_death_review_told", "The child death review was told", YES_NO_UNKNOWN),
    text("age_at_incident", "Age at the incident in years, or unborn"),
    text("sex_gender", "Sex or gender, as the national figures record it"),
    text("ethnicity", "Ethnicity, as the national figures record it"),
    text("disability", "Disability, as the national figures record it"),
    CHILD_NAME,
    DATE_OF_BIRTH,
    CHILD_ADDRESS,
    Fact("nhs_number", "The child's NHS number", Kind.NHS_NUMBER, identifying=True),
)

LA_VIEW = choice("la_view", "The local authority's view", VIEW)
ICB_VIEW = choice("icb_view", "The integrated care board's view", VIEW)
POLICE_VIEW = choice("police_view", "The police's view", VIEW)
THRESHOLD_RATIONALE = text("threshold_rationale", "The rationale for notifying or not notifying")
NOTIFIED_ON = day("notified_on", "The date the notification was sent to the National Panel")
NOTIFY_ONLY_STATUS = choice("notify_only_status", "Why a notification alone is due", NOTIFY_ONLY)

NOTIFICATION = (
    choices("notification_reason", "The reason for the notification", NOTIFICATION_REASON),
    text("notification_late_reason", "Why the notification is late"),
    choice("notification_late_cause", "The kind of reason why it is late", LATE_CAUSE),
    text("csins_reference", "The reference the national notification service gave"),
    text("notifier_role", "The role of the person who notified"),
    day("partners_told_on", "The date the other partners were told"),
    Fact("other_areas_told", "Other areas told", Kind.NAMES),
)

THRESHOLD = (
    LA_VIEW,
    ICB_VIEW,
    POLICE_VIEW,
    THRESHOLD_RATIONALE,
    NOTIFIED_ON,
    day("declined_on", "The date it was decided not to notify"),
    NOTIFY_ONLY_STATUS,
    *NOTIFICATION,
    text("receiving_area", "The area that takes the incident over"),
    day("accepted_on", "The date the other area accepted"),
)

QUORUM = yes_no("quorum", "Quorum: the local authority, the ICB and the police all present")
CRITERIA = tuple(
    fact
    for key, label in CRITERIA_LABELS.items()
    for fact in (
        choice(f"criteria_{key}", label, CRITERION),
        text(f"criteria_{key}_why", f"{label}: why"),
    )
)
DECISION_TAKEN = choice("decision", "The partners' decision", DECISION)
MEETING_ON = day("meeting_on", "The date of the rapid review meeting", past=False)
SUBMITTED_ON = day("submitted_on", "The date the rapid review was sent to the National Panel")
LATE_REASON = text("late_reason", "Why the rapid review is late")
PANEL_REPLY_ON = day("panel_reply_on", "The date of the National Panel's reply")
RECONSIDERED = choice("reconsidered_decision", "The decision after reconsidering", DECISION)
WITHDRAWAL = agreements("agrees_withdrawal", "the withdrawal")
QUESTIONS = (
    yes_no("child_voice_asked", "Agencies asked about the child's wishes and feelings"),
    yes_no("curiosity_asked", "Agencies asked about professional curiosity"),
    yes_no("family_history_asked", "Agencies asked about family history"),
)

REVIEW = (
    yes_no("children_safe", "Other children in the household or setting are safe"),
    *QUESTIONS,
    day("period_from", "The first day of the period the review covers"),
    day("period_to", "The last day of the period the review covers"),
    yes_no("records_secured", "Agencies' records are secured"),
    MEETING_ON,
    QUORUM,
    *CRITERIA,
    text("equality_analysis", "The analysis of race, inequality and protected characteristics"),
    text("child_lived_experience", "The child's lived experience and voice"),
    text("practice_episodes", "The analysis of key practice episodes"),
    text("immediate_learning", "Immediate learning and what was done at once"),
    DECISION_TAKEN,
    RATIONALE,
    day("drafted_on", "The date the draft went to the partners"),
    *AGREED_ON,
    SUBMITTED_ON,
    text("report_version", "The version of the report that was sent"),
    LATE_REASON,
    choice("late_cause", "The kind of reason why it is late", LATE_CAUSE),
    day("panel_forewarned_on", "The date the National Panel was told it would be late"),
    text("panel_reply", "The National Panel's reply"),
    choice("panel_outcome", "What kind of reply it is", PANEL_OUTCOME),
    PANEL_REPLY_ON,
    RECONSIDERED,
    day("reconsidered_on", "The date the partners reconsidered"),
    REASON,
    *WITHDRAWAL,
    day("panel_told_on", "The date the National Panel was told of the withdrawal"),
    NEW_FACTS,
)

FACTS = (*REFERRAL, *THRESHOLD, *REVIEW)
