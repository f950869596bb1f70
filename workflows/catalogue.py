"""Every process the house runs, by key."""

from __future__ import annotations

from engine.definition import Process
from workflows.child_death_review import CHILD_DEATH_REVIEW
from workflows.dispute import DISPUTE
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

PROCESSES: dict[str, Process] = {
    process.key: process for process in (RAPID_REVIEW, PRACTICE_REVIEW, CHILD_DEATH_REVIEW, DISPUTE)
}
