"""Prefect beside the service: it keeps a history, is never waited for, and calls nobody.

One test starts it, because its start takes ten seconds and more of both processors.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from engine.errors import HouseDown
from engine.ticks import Outcome
from tests.cli.driver import Home
from tests.service.served import Served, until
from tests.service.test_service import ticks
from workflows import prefect_door
from workflows.prefect_door import AWAY, Prefect
from workflows.rounds import ROUNDS, Desk
from workflows.wiring import enter

# Read by every Python program the service starts: no call leaves this machine unseen.
WATCH = """
import os, socket
CALLS, HERE = os.environ["CALLS"], ("127.", "::1", "localhost", "0.0.0.0")

def refuse(host):
    name = host.decode() if isinstance(host, bytes) else host
    if name and not str(name).startswith(HERE):
        with open(CALLS, "a") as calls:
            calls.write(f"{name}\\n")
        raise OSError("no calls outside")

class Watched(socket.socket):
    def connect(self, address):
        if isinstance(address, tuple):
            refuse(address[0])
        return super().connect(address)

    def connect_ex(self, address):
        if isinstance(address, tuple):
            refuse(address[0])
        return super().connect_ex(address)

look_up = socket.getaddrinfo

def watched(host, *rest, **more):
    refuse(host)
    return look_up(host, *rest, **more)

socket.socket, socket.getaddrinfo = Watched, watched
"""


def children(number: int) -> list[int]:
    """The programs a program has started."""
    listed = Path(f"/proc/{number}/task/{number}/children").read_text("utf-8").split()
    others = Path(f"/proc/{number}/task").iterdir()
    found = {int(one) for task in others for one in (task / "children").read_text().split()}
    return sorted(found | {int(one) for one in listed})


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


LONG_AGO = "2000-01-01T00:00:00+00:00"


def swept_again(house: Home) -> None:
    """Wait for another sweep, which is due at once."""
    house.rows(f"UPDATE tick SET began_at = '{LONG_AGO}' WHERE name = 'sweep'")
    until(lambda: ticks(house)["sweep"].began_at.year > 2000, "a sweep")
    until(lambda: ticks(house)["sweep"].ended_at, "its end")


def flows_of(house: Home) -> list[str]:
    """The names of the flows in Prefect's history, which is in the house's folder."""
    with closing(sqlite3.connect(house.folder / "prefect" / "prefect.db")) as wire:
        asked = "SELECT flow.name FROM flow_run JOIN flow ON flow.id = flow_run.flow_id"
        return [name for (name,) in wire.execute(asked)]


def _is_over(number: int) -> bool:
    return not is_alive(number)


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment in which every call outside is refused and written down."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    calls = str(tmp_path / "calls")
    return {"PYTHONPATH": str(tmp_path / "watch"), "CALLS": calls, "WAYMARK_SERVICE__PREFECT": "1"}


def _is_there(house: Home) -> bool:
    """Whether a round became a flow; on a busy machine the first may be made without Prefect."""
    tick = ticks(house).get("prefect")
    return tick is not None and tick.outcome is Outcome.DONE


@pytest.mark.timeout(400)
def test_prefect_keeps_a_history_is_not_missed_calls_nobody_and_leaves_no_orphan(
    house: Home, watched: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounds become flows once it is there; killed, a banner says so and the rounds go on.

    Ended in order or killed itself, the service leaves no program behind; its history is in the
    house's folder, and nothing but this machine was called.
    """
    monkeypatch.setattr("tests.service.served.PATIENCE", 150.0)
    with Served("serve", "--port", "0", home=house.folder, env=watched) as served:
        assert served.ask("r/nothing")[0] == 404
        until(lambda: _is_there(house), "Prefect is there")
        swept_again(house)
        assert flows_of(house)
        (server,) = children(served.process.pid)
        os.kill(server, signal.SIGKILL)
        until(lambda: ticks(house)["prefect"].outcome is Outcome.FAILED, "a banner")
        assert ticks(house)["prefect"].words == AWAY
        assert AWAY in served.ask("health")[1]
        swept_again(house)
        assert ticks(house)["sweep"].outcome is not Outcome.FAILED
        assert served.stop()[0] == 0
    for how in (signal.SIGTERM, signal.SIGKILL):
        with Served("serve", "--no-web", home=house.folder, env=watched) as served:
            until(lambda: children(served.process.pid), "the server is started")
            (server,) = children(served.process.pid)
            served.process.send_signal(how)
            served.process.wait(timeout=60)
            until(partial(_is_over, server), "the server has ended too")
    assert not Path(watched["CALLS"]).exists(), Path(watched["CALLS"]).read_text()


@pytest.fixture
def desk(house: Home) -> Iterator[Desk]:
    with enter(house.folder) as premises:
        yield Desk(premises, "one")


@pytest.fixture
def prefect(house: Home, monkeypatch: pytest.MonkeyPatch) -> Prefect:
    """A server that seems to be there."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setattr(prefect_door, "PATIENCE", 0.3)
    found = Prefect(house.folder)
    found.ready = True
    found._pruned = float("inf")
    return found


def test_a_server_of_prefect_on_another_machine_is_called_encrypted_or_not_at_all(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history says when each round was made, and its password goes with it."""
    monkeypatch.setenv("PREFECT_API_URL", "http://192.0.2.1:4200/api")
    with pytest.raises(HouseDown, match="begins with https://"):
        Prefect(house.folder)
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example.org/api")
    assert Prefect(house.folder).address == "https://prefect.example.org/api"


def as_flows(monkeypatch: pytest.MonkeyPatch, flow: Callable[..., object]) -> None:
    import sys
    from types import SimpleNamespace

    flows = SimpleNamespace(FLOWS=dict.fromkeys(ROUNDS, flow))
    monkeypatch.setitem(sys.modules, "workflows.flows", flows)


@pytest.mark.parametrize("trouble", ["refuses", "hangs before", "hangs after", "fails after"])
def test_a_round_is_made_once_whatever_prefect_does(
    desk: Desk, prefect: Prefect, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Where it breaks before the round began, the round is made without it; never twice."""
    from workflows.rounds import make

    async def flow(_home: str) -> str:
        if trouble == "refuses":
            raise ConnectionError
        if trouble == "hangs before":
            await asyncio.sleep(60)
        words = await make("recalendar", desk)
        if trouble == "hangs after":
            await asyncio.sleep(60)
        if trouble == "fails after":
            raise ConnectionError
        return words

    as_flows(monkeypatch, flow)
    words = asyncio.run(prefect.call("recalendar", desk))
    assert desk.begun["recalendar"] == desk.ended["recalendar"] == 1
    assert "0 dates moved" in words or "Prefect did not note it" in words
    away = trouble in ("refuses", "hangs before")
    with desk.premises.store.begin() as work:
        assert ("prefect" in work.duty.ticks()) is away
    assert prefect.ready is not away


def test_a_round_that_fails_as_a_flow_fails_as_itself(
    desk: Desk, prefect: Prefect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own reasons are told, and it is not made again."""
    from engine.errors import Refused
    from workflows.rounds import make

    as_flows(monkeypatch, lambda _home: make("collect", desk))
    with pytest.raises(Refused, match="mailbox"):
        asyncio.run(prefect.call("collect", desk))
    assert desk.begun["collect"] == 1
