"""What the annual report counts, and by which day: deaths, reviews and disputes are never added.

Deaths count by the day they were notified and their reviews by the day they were concluded: two
different groups, for a review often ends years after the death.
"""

from __future__ import annotations

from engine.annual import STAGE, By, Counting

_DEATH, _RAPID = "child_death_review", "rapid_review"
_PRACTICE, _DISPUTE = "practice_review", "dispute"
_NO_DEATH = frozenset(("duplicate", "in_error", "out_of_scope"))
_CONCLUDED = frozenset(("finalised", "feedback", "closed"))

ANNUAL_REPORT = (
    Counting(
        "deaths_notified",
        "Deaths notified in the year",
        _DEATH,
        By.FACT,
        "notified_at",
        split=("normally_resident", "place", "expected"),
        without=_NO_DEATH,
    ),
    Counting(
        "notifications_not_counted",
        "Notified in the year and not counted: duplicates, errors, out of scope",
        _DEATH,
        By.FACT,
        "notified_at",
        only=_NO_DEATH,
    ),
    Counting(
        "deaths_reviewed",
        "Child death reviews concluded in the year, whenever the death was",
        _DEATH,
        By.ENTERED,
        "finalised",
        split=("category", "modifiability", "normally_resident", "place"),
        done=_CONCLUDED,
    ),
    Counting(
        "deaths_open",
        "Child death reviews open at the end of the year",
        _DEATH,
        By.OPEN,
        split=(STAGE,),
    ),
    Counting("rapid_reviews_opened", "Rapid reviews opened", _RAPID, By.OPENED),
    Counting("rapid_reviews_closed", "Rapid reviews closed", _RAPID, By.CLOSED, split=(STAGE,)),
    Counting(
        "rapid_reviews_open",
        "Rapid reviews open at the end of the year",
        _RAPID,
        By.OPEN,
        split=(STAGE,),
    ),
    Counting("practice_reviews_opened", "Practice reviews opened", _PRACTICE, By.OPENED),
    Counting(
        "practice_reviews_published",
        "Practice reviews published",
        _PRACTICE,
        By.ENTERED,
        "published",
        done=frozenset(("published", "embedding", "closed")),
    ),
    Counting(
        "practice_reviews_closed", "Practice reviews closed", _PRACTICE, By.CLOSED, split=(STAGE,)
    ),
    Counting(
        "practice_reviews_open",
        "Practice reviews open at the end of the year",
        _PRACTICE,
        By.OPEN,
        split=(STAGE,),
    ),
    Counting("disputes_opened", "Disputes opened", _DISPUTE, By.OPENED, split=("type",)),
    Counting("disputes_closed", "Disputes closed", _DISPUTE, By.CLOSED, split=(STAGE,)),
    Counting(
        "disputes_open", "Disputes open at the end of the year", _DISPUTE, By.OPEN, split=(STAGE,)
    ),
)
