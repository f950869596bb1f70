"""What every review tells people when its dates, holds or links change."""

from __future__ import annotations

from engine.shape import NoticeRule

BUSINESS = ("business_manager",)
CASE_REVIEW_PANEL = ("review_chair", "panel_member")

DATES = (
    NoticeRule(
        "extended",
        "extended",
        ("recipient", *BUSINESS, "review_chair"),
        "A date was moved. Please work to the new date; the first one stays on the record.",
    ),
    NoticeRule(
        "redated",
        "redated",
        BUSINESS,
        "A bank holiday or a correction has moved a date. Please tell the people it touches.",
    ),
    NoticeRule(
        "held",
        "held",
        (*BUSINESS, "review_chair"),
        "Proceedings elsewhere were recorded. They stop none of the dates of this review.",
    ),
    NoticeRule(
        "released",
        "released",
        (*BUSINESS, "review_chair"),
        "Proceedings elsewhere have ended. Please check what can now be shared.",
    ),
    NoticeRule(
        "linked",
        "moved",
        (*BUSINESS, "review_chair"),
        "Another case was linked to this one. Please check what the two should share.",
        "A linked dispute does not move any date.",
    ),
)
