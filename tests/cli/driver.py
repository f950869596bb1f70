"""Runs commands, in this process for speed or as a program of their own, in a house."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from cli.app import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config" / "sample_directory.csv"

COUNCIL, HOSPITAL = "Northmoor Council", "Westfield Hospital Trust"
MANAGER = "business.manager@northmoor-partnership.example"
CHAIR = "panel.chair@northmoor-partnership.example"
LOCAL_AUTHORITY = "safeguarding.partner@northmoor-council.example"
NURSE = "named.nurse@westfield-hospital.example"

SETTINGS = """\
partnership = "Northmoor Safeguarding Children Partnership"
phone = "01632 960000"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "reviews@northmoor-partnership.example"
"""


@dataclass(frozen=True)
class Said:
    """What a command left behind: its exit code and all it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output; anything beside it is a fault."""
        return json.loads(self.out)


def command(*words: str, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> Said:
    """Run one command in this process."""
    out, err = _stream(), _stream()
    piped = _stream(stdin.encode() if isinstance(stdin, str) else stdin)
    with (
        mock.patch.dict(os.environ, env or {}),
        mock.patch.object(sys, "stdin", piped),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run(words)
    return _checked(Said(code, _read(out), _read(err)))


def program(
    *words: str, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 60
) -> Said:
    """Run one command as a program of its own, as another program would."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        input=stdin.encode(),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return _checked(Said(done.returncode, done.stdout.decode(), done.stderr.decode()))


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="\n")


def _read(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def _checked(said: Said) -> Said:
    """Whatever else a command does, it never shows a person its insides."""
    assert "Traceback" not in said.out + said.err
    assert said.code in (0, 1, 2, 3, 130), said
    return said


class Home:
    """A house in a folder, worked by commands; each adds its --home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str, stdin: str | bytes = "") -> Said:
        return command(*words, "--home", str(self.folder), stdin=stdin)

    def say(self, *words: str) -> str:
        """What a person reads of a command that is done."""
        said = self.run(*words)
        assert said.code == 0, said
        return said.out

    def do(self, *words: str) -> Any:
        """The document of a command that is done."""
        said = self.run(*words, "--json")
        assert said.code == 0, said
        return said.json

    def refused(self, *words: str) -> list[str]:
        """The reasons of a command that is refused, which changes nothing."""
        before = self.dump()
        said = self.run(*words, "--json")
        assert said.code == 1, said
        assert said.json["refused"] is True
        assert self.dump() == before
        reasons: list[str] = said.json["reasons"]
        assert reasons
        assert all(isinstance(reason, str) and reason for reason in reasons)
        return reasons

    def down(self, *words: str) -> str:
        """The words of a command that cannot work; the same line without --json."""
        said = self.run(*words, "--json")
        assert said.code == 3, said
        assert said.err.count("\n") == 1
        assert said.json["reference"] in said.err
        error: str = said.json["error"]
        assert said.err.startswith(error)
        return error

    def open(self, key: str, who: str, *options: str, **facts: str) -> Any:
        return self.do("open", key, "--as", who, *options, *given(facts))

    def act(self, action: str, reference: str, who: str, *options: str, **facts: str) -> Any:
        return self.do("do", action, reference, "--as", who, *options, *given(facts))

    def at(self, instant: str) -> Any:
        return self.do("clock", "set", instant)

    def through(self, instant: str) -> dict[str, int]:
        """Move the clock on hour by hour's worth of due dates: sweep wherever something waits."""
        self.at(instant)
        return dict(self.do("sweep"))

    def mail_to(self, port: int) -> None:
        """Let the house mail to a server on this machine."""
        (self.folder / "settings.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")

    def dump(self) -> str:
        """Everything the database holds, as text; empty where there is none."""
        file = self.folder / "waymark.db"
        if not file.exists():
            return ""
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as wire:
            return "\n".join(wire.iterdump())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "waymark.db")) as wire:
            found = wire.execute(sql).fetchall()
            wire.commit()
        return found


def given(facts: Mapping[str, str]) -> list[str]:
    """Facts as options."""
    return [word for key, value in facts.items() for word in ("--fact", f"{key}={value}")]


def deadline(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A deadline of a document by its name."""
    found: list[dict[str, Any]] = [d for d in document["deadlines"] if d["name"] == name]
    assert len(found) == 1, [d["name"] for d in document["deadlines"]]
    return found[0]


def refer(house: Home, **changes: str) -> Any:
    """Open a rapid review on the dates of the first worked example."""
    facts = {
        "incident_on": "2024-12-18",
        "aware_at": "2024-12-20T16:40",
        "outcome_for_child": "serious_harm",
        "abuse_link": "suspected",
    }
    return house.open("rapid_review", NURSE, **facts | changes)


def notify(house: Home, reference: str, **changes: str) -> Any:
    facts = {
        "la_view": "notify",
        "icb_view": "notify",
        "police_view": "not_reachable",
        "threshold_rationale": "Serious harm; neglect is suspected.",
        "notified_on": "2024-12-30",
    }
    return house.act("notify", reference, LOCAL_AUTHORITY, **facts | changes)
