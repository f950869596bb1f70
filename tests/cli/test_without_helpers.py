"""With Prefect and APScheduler away and the mail server dead, the house goes on by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from notifications.catcher import Catcher
from tests.cli.driver import LOCAL_AUTHORITY, NURSE, ROOT, Home, given

WITHOUT = """
import json, sys
from importlib.abc import MetaPathFinder

class Away(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ("prefect", "apscheduler"):
            raise ImportError(f"{name} is away")

sys.meta_path.insert(0, Away())
for name in ("prefect", "apscheduler"):
    try:
        __import__(name)
    except ImportError:
        continue
    sys.exit(f"{name} is there after all")
from cli.app import run
sys.exit(run(sys.argv[1:]))
"""


def alone(house: Home, *words: str) -> Any:
    """Do a command in a program that has neither helper."""
    command = [sys.executable, "-c", WITHOUT, *words, "--json", "--home", str(house.folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def test_casework_goes_on_and_mail_waits(house: Home) -> None:
    """Open, sweep, notify and deliver by hand; when mail returns, every message arrives."""
    with Catcher() as gone:
        dead = gone.port
    house.mail_to(dead)
    facts = {"incident_on": "2024-12-18", "aware_at": "2024-12-20T16:40",
             "outcome_for_child": "serious_harm", "abuse_link": "suspected"}  # fmt: skip
    opened = alone(house, "open", "rapid_review", "--as", NURSE, *given(facts))
    reference = opened["reference"]
    away = alone(house, "deliver")
    assert (away["accepted"], away["deferred"]) == (0, opened["owed"])
    alone(house, "clock", "set", "2024-12-24T00:30")
    swept = alone(house, "sweep")
    assert swept["breaches"] == 1
    assert swept["owed"] > 0
    facts = {"la_view": "notify", "icb_view": "notify", "police_view": "notify",
             "threshold_rationale": "x", "notified_on": "2024-12-23"}  # fmt: skip
    notified = alone(house, "do", "notify", reference, "--as", LOCAL_AUTHORITY, *given(facts))
    listed = house.do("outbox", "list")
    owed = {message["message_id"] for message in listed["messages"]}
    assert len(owed) == opened["owed"] + swept["owed"] + notified["owed"]
    assert listed["counts"]["owed"] == len(owed)
    alone(house, "clock", "set", "2024-12-24T08:00")
    with Catcher() as back:
        house.mail_to(back.port)
        done = alone(house, "deliver")
        caught = [mail.message_id for mail in back.caught]
    late = [m for m in house.do("outbox", "list")["messages"] if m["state"] == "dropped"]
    # A date was met before the reminders of it could leave.
    assert {m["kind"] for m in late} == {"late", "due_soon"}
    assert (done["accepted"], done["dropped"]) == (len(caught), len(late))
    assert sorted([*caught, *(m["message_id"] for m in late)]) == sorted(owed)
    assert alone(house, "verify")["ok"] is True
