"""S5: nothing that identifies anybody can stand in the log, whatever a programmer hands to it."""

from __future__ import annotations

import io
import json
import logging
import re
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.premises import LOG, SECRET
from workflows import logbook
from workflows.rounds import ROUNDS

CANARIES = ("Wren Featherstone", "999 000 0018", "9990000018", "2019-03-04", "RR-2024-0001",
            "lead@agency.example", "https://x.example/r/abc")  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / SECRET).write_text("x" * 64)
    return tmp_path


@pytest.fixture
def listening(home: Path) -> Iterator[Path]:
    """A process whose libraries log into the house; as it was before, afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logbook.begin(home)
    yield home
    root.handlers[:] = before
    root.setLevel(level)


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / LOG).read_text("utf-8").splitlines()]


def test_what_is_known_is_kept_as_json(home: Path) -> None:
    """On the house's page and on the stream alike, for the owner's eyes alone."""
    stream = io.StringIO()
    logbook.log_of(home, stream).info("round", round="sweep", outcome="done", seconds=0.25, count=3)
    (line,) = lines(home)
    assert line.pop("at").endswith("Z")
    assert line == {"event": "round", "level": "info", "round": "sweep", "outcome": "done",
                    "seconds": 0.25, "count": 3}  # fmt: skip
    assert stream.getvalue() == (home / LOG).read_text("utf-8")
    assert stat.S_IMODE((home / LOG).stat().st_mode) == 0o600


def test_a_fault_of_a_command_stands_in_the_log_of_the_machine_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account of the house can change its own file, and not that log; its words are the same.

    What stays says it on standard error instead, once, which systemd keeps.
    """
    said: list[str] = []
    monkeypatch.setattr(logbook.syslog, "syslog", lambda _level, line: said.append(line))
    assert logbook.keep(ValueError(CANARIES[0]), "0a1b2c3d", home)
    (line,) = said
    assert json.loads(line.removeprefix("waymark: ")) == lines(home)[0]
    assert CANARIES[0] not in line
    logbook.log_of(home, io.StringIO()).info("round")
    assert len(said) == 1


@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_can_be_logged(listening: Path, canary: str, capsys: Any) -> None:
    """As an event, under every known key and an unknown one, in a library's words or a fault's."""
    log = logbook.log_of(listening)
    log.error(canary)
    log.error("fault", **{key: canary for key in logbook.KNOWN if key != "event"})
    log.warning("fault", child=canary, nested={"round": canary}, count=canary)
    logging.getLogger("uvicorn.error").error("Exception for %s", canary)
    logging.getLogger(canary).warning(canary, extra={"case": canary})
    error = ValueError(canary)
    error.__cause__ = sqlite3.IntegrityError(canary)
    logging.getLogger("logging").error(canary, exc_info=error)
    assert logbook.keep(error, logbook.reference(), listening)
    told = (listening / LOG).read_text("utf-8") + capsys.readouterr().err
    assert canary not in told
    # An instant and the number of a fault are digits of the house's own, and may be any.
    assert canary.split(maxsplit=1)[0] not in re.sub(r'"(at|reference)": "[^"]*"', "", told)
    assert len(lines(listening)) == 7
    assert all(line["event"] in {"fault", "library"} for line in lines(listening)[1:])
    assert lines(listening)[0]["left_out"] == 1
    assert lines(listening)[-1]["detail"] == "ValueError <- IntegrityError"


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.text(), st.binary(), st.none())))
def test_whatever_is_given_the_line_has_known_keys_and_shapes(facts: dict[str, Any]) -> None:
    """By construction: what does not look as it must is left out, and counted."""
    kept = logbook.only_known(None, "info", {"event": "round", **facts})
    for key, value in kept.items():
        assert key in ("left_out", "detail") or logbook.KNOWN[key](value)
    assert kept.get("left_out", 0) == len({"event": 1, **facts}) - len(
        [key for key in kept if key != "left_out"]
    )


def test_where_there_is_no_house_or_no_room_work_goes_on(tmp_path: Path, home: Path) -> None:
    """Nothing is made in a folder that is no house; a log that cannot be written stops nobody."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert logbook.keep(ValueError(), "0" * 8, elsewhere) is False
    assert list(elsewhere.iterdir()) == []
    (home / LOG).mkdir()
    logbook.log_of(home).info("round")
    assert logbook.keep(ValueError(), "0" * 8, home) is False


def test_every_round_has_its_word() -> None:
    assert set(ROUNDS) <= logbook.WORDS


def test_what_libraries_say_softly_is_not_logged(listening: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET http://127.0.0.1/api")
    assert not (listening / LOG).exists()
