"""Child death review: what the meetings, the coroner, the registrar and the panel bring."""

from __future__ import annotations

from engine.facts import Fact, Kind, choice, day, instant, text, words, yes_no

MEETING_HELD_ON = day("meeting_held_on", "The date of the child death review meeting")
ANALYSIS_RECEIVED_ON = day(
    "analysis_received_on", "The day the Child Death Overview Panel received the draft analysis"
)
ANONYMISED_BY = Fact("anonymised_by", "Who anonymised the pack", Kind.PERSON)
RELEASED_BY = Fact("released_by", "Who checked and released the pack", Kind.PERSON)
REGISTERED_ON = day("registered_on", "The day the death was registered")

MEETING = (
    MEETING_HELD_ON,
    text("attendance", "Who attended: agencies and numbers, no names"),
    text("family_questions", "The family's questions and the answers, without names"),
    text("draft_analysis", "The draft analysis form: its document reference"),
    ANALYSIS_RECEIVED_ON,
)
OUTSIDE = (
    day("inquest_result_on", "The day the inquest's result was received"),
    REGISTERED_ON,
    day("registrar_notice_on", "The day the registrar's notice was received"),
    day("coroner_decision_on", "The day of the coroner's decision"),
    day("coroner_notice_on", "The day the coroner's notice was received"),
    instant("national_database_at", "When the National Child Mortality Database was told"),
)

# Several may apply; the uppermost is the one recorded.
CATEGORY = choice(
    "category",
    "The category of death: one, the uppermost that applies",
    words(
        "1: Deliberately inflicted injury, abuse or neglect",
        "2: Suicide or deliberate self-inflicted harm",
        "3: Trauma and other external factors",
        "4: Malignancy",
        "5: Acute medical or surgical condition",
        "6: Chronic medical condition",
        "7: Chromosomal, genetic and congenital anomalies",
        "8: Perinatal or neonatal event",
        "9: Infection",
        "10: Sudden unexpected, unexplained death",
    ),
)
# The old influence scale (0, 1, 1*, 2, 3) ended on 31 March 2019: no 3 and no 1* here.
_GRADE = words(
    "0: Not applicable, or none identified",
    "1: Identified, unlikely to have contributed",
    "2: Identified, may have contributed",
)
FACTORS = (
    choice("factors_a", "Factors intrinsic to the child (domain A)", _GRADE),
    choice("factors_b", "Factors in the social environment and parenting (domain B)", _GRADE),
    choice("factors_c", "Factors in the physical environment (domain C)", _GRADE),
    choice("factors_d", "Factors in service provision (domain D)", _GRADE),
)
MODIFIABILITY = choice(
    "modifiability",
    "Whether modifiable factors were identified",
    words(
        "factors_identified: Modifiable factors identified",
        "none_identified: No modifiable factors identified",
        "inadequate_information: Inadequate information to judge",
    ),
)
QUORUM = yes_no("quorum", "The Child Death Overview Panel was quorate for this review")
FORMS_FINAL = yes_no("forms_final", "All forms are complete and saved as final")

PANEL = (
    ANONYMISED_BY,
    RELEASED_BY,
    day("next_meeting_on", "The meeting it is put off to", past=False),
    QUORUM,
    CATEGORY,
    *FACTORS,
    MODIFIABILITY,
    text("learning", "The learning points"),
    text("recommendations", "The recommendations, each with the organisation it is made to"),
    day("concluded_on", "The day the Child Death Overview Panel concluded"),
)
CLOSING = (
    FORMS_FINAL,
    text("database_reference", "The reference in the National Child Mortality Database"),
    day("saved_final_on", "The day the forms were saved as final"),
    day("feedback_offered_on", "The day feedback was offered to the family"),
    text("feedback_mode", "How feedback was offered"),
)
