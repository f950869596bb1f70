"""Houses to measure: a practice house on SQLite with sample people, and copies of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from config.directory import read_people
from engine import casework
from engine.casework import Caller, House
from engine.length import parse_instant
from engine.record import Agency
from workflows.wiring import Premises, set_up, walk_in

SAMPLE = Path(__file__).parent.parent / "config" / "sample_directory.csv"
CHAIR = Caller("panel.chair@northmoor-partnership.example", "benchmark")
MANAGER = Caller("business.manager@northmoor-partnership.example", "benchmark")
PARTNER = Caller("safeguarding.partner@northmoor-council.example", "benchmark")
MORNING = "2025-01-06T10:00"
SERGEANT = "child.protection.sergeant@northmoor-police.example"
AGENCIES = [Agency(f"Agency {n}", f"lead@agency{n}.example") for n in range(10)]
CRITERIA = ("11a", "11b", "11c", "11d", "3a", "3b", "3c")


def new_house(home: Path) -> Premises:
    """A practice house whose clock stands at a working morning."""
    premises = set_up(home, practice=True)
    with premises.store.begin() as work:
        work.people.put(read_people(SAMPLE.read_text("utf-8")))
        work.commit()
    premises.store.set_practice_now(parse_instant(MORNING))
    return premises


def copy_of(home: Path, to: Path) -> Premises:
    """The same house again, from its file as it stands."""
    settle(home)
    shutil.copytree(home, to)
    return walk_in(to)


def settle(home: Path) -> None:
    """Move what the write-ahead log holds into the database file."""
    with sqlite3.connect(home / "waymark.db") as wire:
        wire.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    wire.close()


def notified(house: House) -> str:
    """A rapid review whose agencies can be asked."""
    step = casework.open_case(
        house,
        "rapid_review",
        PARTNER,
        {
            "incident_on": "2025-01-02",
            "aware_at": "2025-01-03T10:00",
            "outcome_for_child": "serious_harm",
            "abuse_link": "suspected",
        },
    )
    reference = step.case.reference
    views = dict.fromkeys(("la_view", "icb_view", "police_view"), "notify")
    known = {**views, "threshold_rationale": "x", "notified_on": "2025-01-06"}
    casework.advance(house, reference, PARTNER, "notify", known)
    return reference


def ask(house: House, reference: str, agencies: Sequence[Agency]) -> None:
    casework.ask(house, reference, MANAGER, agencies)
    safe = ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked")
    casework.advance(house, reference, MANAGER, "ask_agencies", dict.fromkeys(safe, "yes"))


def at_the_meeting(house: House) -> str:
    """A rapid review whose meeting has been held: it can be drafted, and taken back again."""
    reference = notified(house)
    ask(house, reference, [Agency("Northmoor Police", SERGEANT)])
    casework.answer(house, reference, MANAGER, "T1", "received")
    casework.advance(house, reference, MANAGER, "convene", {"meeting_on": "2025-01-06"})
    return reference


def draft(house: House, reference: str) -> None:
    """Move the case on to signing off: some forty facts, two events' worth of notices."""
    facts = {f"criteria_{c}": "yes" for c in CRITERIA}
    facts |= {f"criteria_{c}_why": "Written down." for c in CRITERIA}
    facts |= dict.fromkeys(("equality_analysis", "child_lived_experience", "rationale"), "Written.")
    casework.advance(house, reference, CHAIR, "draft",
                     {**facts, "quorum": "yes", "decision": "no_further_review"})  # fmt: skip


def reconvene(house: House, reference: str) -> None:
    casework.advance(house, reference, CHAIR, "reconvene", {"reason": "once more"})


def owing(house: House, messages: int) -> None:
    """Rapid reviews whose agencies are asked, ten each, until so many messages are owed."""
    owed = 0
    while owed < messages:
        ask(house, notified(house), AGENCIES)
        with house.store.begin() as work:
            owed = work.outbox.counts()["owed"]
