"""One process keeps the clock of a house; it can be stopped at any moment, in any way."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from cli import service as commands
from engine.ticks import Lease, Outcome, Tick
from notifications.catcher import Catcher
from tests.cli.driver import Home, command, refer
from tests.faults.smtp_script import ScriptedServer
from tests.service.served import Served, until
from workflows import service
from workflows.service import Service
from workflows.wiring import enter


@pytest.fixture
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that nobody waits for the test."""
    monkeypatch.setattr(service, "HOLD", 0.2)
    monkeypatch.setattr(service, "LOOK", 0.1)


def seen(home: Home) -> tuple[dict[str, Tick], Lease | None]:
    with enter(home.folder) as premises, premises.store.begin() as work:
        return dict(work.duty.ticks()), work.duty.lease()


def ticks(home: Home) -> dict[str, Tick]:
    return seen(home)[0]


@pytest.fixture
def two(house: Home, haste: None) -> Iterator[list[Service]]:
    """Two services of one house, started by mistake."""
    with ExitStack() as stack:
        begun = [Service(stack.enter_context(enter(house.folder))) for _ in range(2)]
        for one in begun:
            stack.callback(one.stop)
        yield begun


def test_of_two_services_one_keeps_the_clock_and_the_other_takes_over(
    house: Home, two: list[Service], catcher: Catcher
) -> None:
    """Two at once do no harm; when the first is stopped, the second goes on by itself."""
    first, second = two
    first.start()
    until(lambda: first.keeps_clock, "the first keeps the clock")
    second.start()
    until(lambda: "elsewhere" in second._said, "the second waits")
    assert not second.keeps_clock
    lease = seen(house)[1]
    assert lease is not None
    assert (lease.holder, lease.kind) == (first.name, "embedded")
    assert first.stop()
    until(lambda: second.keeps_clock, "the second takes over")
    assert second.stop()
    assert seen(house)[1] is None


def test_rounds_have_one_thread_and_the_clock_is_kept_while_one_takes_long(
    house: Home, two: list[Service]
) -> None:
    """Each thread keeps memory of its own for ever, and nobody else may take over meanwhile."""
    first, second = two
    first.start()
    until(lambda: first.keeps_clock, "the first keeps the clock")
    second.start()
    over = threading.Event()

    async def hold_up() -> None:
        await asyncio.gather(*(asyncio.to_thread(over.wait) for _ in range(5)))

    held = asyncio.run_coroutine_threadsafe(hold_up(), first._loop)
    before = seen(house)[1]
    until(lambda: seen(house)[1] != before, "the lease renewed")
    names = [thread.name for thread in threading.enumerate()]
    over.set()
    held.result(20)
    assert sum(name.startswith("round_") for name in names) == 2, "one of each service"
    assert first.keeps_clock
    assert not second.keeps_clock


def test_a_start_begins_with_a_sweep_of_what_was_missed(house: Home, two: list[Service]) -> None:
    """Whoever keeps the clock: a house that slept tells at once what it missed."""
    refer(house)
    house.at("2025-01-31T09:00")
    first, second = two
    for one in (first, second):
        one.start()
        until(lambda: "sweep" in ticks(house), "a sweep")
        until(lambda: ticks(house)["sweep"].ended_at, "the sweep has ended")
    shown = house.do("list", "--overdue")
    assert shown["cases"]
    assert house.do("sweep")["breaches"] == 0


def test_a_round_that_fails_stops_no_other(
    house: Home, two: list[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tick tells of it, and it is tried again."""
    from workflows import upkeeping

    def broken(*_: object) -> str:
        raise OSError("no such luck")

    monkeypatch.setattr(upkeeping, "sweep", broken)
    two[0].start()
    until(lambda: "recalendar" in ticks(house), "the rounds after it")
    assert ticks(house)["sweep"].outcome is Outcome.FAILED


def test_serve_shows_pages_and_makes_its_rounds_until_it_is_told_to_stop(house: Home) -> None:
    """SIGTERM ends it in order: exit code 0, the clock given back, nothing left running."""
    refer(house)
    with Served("serve", "--port", "0", home=house.folder) as served:
        assert served.told["clock"] == "embedded"
        assert served.ask("r/nothing")[0] == 404
        assert served.told["practice"] == f"{served.told['address']}practice"
        assert "Mail that was caught" in served.ask("practice")[1]
        until(lambda: list((house.folder / "caught").glob("*.eml")), "mail in the catcher")
        until(lambda: served.ask("health")[0] == 200, "the house is well")
        assert served.ask("ready")[0] == 200
        code, said = served.stop()
    assert code == 0, said
    assert "Traceback" not in said
    found, lease = seen(house)
    assert lease is None
    assert {"sweep", "deliver"} <= set(found)
    caught = len(list((house.folder / "caught").glob("*.eml")))
    assert house.do("outbox", "list")["counts"]["accepted"] == caught


def test_behind_a_server_that_takes_off_a_path_every_address_has_it(house: Home) -> None:
    """mail.answers says where the pages are: /northmoor of a site of many houses, for one."""
    settings = house.folder / "settings.toml"
    text = 'answers = "https://reviews.example.org/northmoor/"\n'
    house.mail_to(1)
    settings.write_text(settings.read_text("utf-8") + text, "utf-8")
    with Served("serve", "--web-only", "--port", "0", home=house.folder) as served:
        asked = httpx.get(f"{served.told['address']}cases")
        assert asked.headers["location"] == "/northmoor/sign-in?to=/cases"
        assert "Path=/northmoor/;" in asked.headers["set-cookie"]
        page = httpx.get(f"{served.told['address']}sign-in")
        assert 'href="/northmoor/static/app.css"' in page.text
        assert served.ask("static/app.css")[0] == 200
        assert served.ask("ready")[0] == 200


def test_a_service_that_was_killed_starts_again_by_itself(house: Home) -> None:
    """SIGKILL in the middle of its work; the next start needs no hand, and sweeps first."""
    refer(house)
    with Served("serve", "--port", "0", home=house.folder) as served:
        served.process.send_signal(signal.SIGKILL)
        served.process.wait()
    house.at("2024-12-24T00:30")
    with Served("serve", "--port", "0", home=house.folder) as served:
        until(lambda: house.do("list", "--overdue")["cases"], "what was missed")
        assert served.ask("r/nothing")[0] == 404
        assert served.stop()[0] == 0
    assert house.do("verify")["ok"] is True


async def test_a_message_under_way_is_settled_before_the_service_ends(house: Home) -> None:
    """The server takes its time after the dot; its answer is awaited, and nothing else begun."""
    refer(house)
    async with ScriptedServer() as server:
        reached = threading.Event()
        server.on_command = lambda line: reached.set() if line == "DATA" else None
        house.mail_to(server.port)
        with Served("serve", "--no-web", home=house.folder) as served:
            await asyncio.to_thread(reached.wait, 60)
            served.process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(served.process.wait, 60)
    assert code == 0
    counts = house.do("outbox", "list")["counts"]
    assert counts["accepted"] == len(server.mails) >= 1
    assert house.rows("SELECT count(*) FROM outbox WHERE lease_by IS NOT NULL") == [(0,)]


def test_who_may_keep_the_clock_is_a_setting(house: Home, tmp_path: Path) -> None:
    """Each command that stays refuses where the settings name another clock."""
    assert house.refused("heartbeat")
    assert house.refused("serve", "--no-web", "--web-only")
    (house.folder / "settings.toml").write_text('clock = "heartbeat"\n', "utf-8")
    assert "waymark heartbeat" in house.refused("serve", "--no-web")[0]
    assert "mail server" in house.refused("worker")[0]
    with Served("serve", "--port", "0", home=house.folder) as served:
        assert served.told["clock"] is None
        assert served.ask("r/nothing")[0] == 404
        assert served.stop()[0] == 0
    assert ticks(house) == {}


def test_a_port_that_is_taken_is_refused_in_words(house: Home) -> None:
    """So is an address that is not this machine's."""
    with Served("serve", "--web-only", "--port", "0", home=house.folder) as served:
        port = served.told["address"].rsplit(":", 1)[1].strip("/")
        assert port in house.refused("serve", "--port", port)[0]
    assert "192.0.2.1" in house.refused("serve", "--host", "192.0.2.1", "--port", "0")[0]


def test_a_round_can_be_made_by_hand(house: Home) -> None:
    """As the service makes it; a name that is none is refused with those there are."""
    assert house.do("round", "recalendar") == {"round": "recalendar", "words": "0 dates moved"}
    assert ticks(house)["recalendar"].by == "a command"
    assert "sweep, digest, deliver" in house.refused("round", "dust")[0]
    assert command("round", "sweep", "--home", "nowhere").code == 3


def test_the_demonstration_can_stay_open(tmp_path: Path) -> None:
    """After its story: pages and rounds, until it is told to stop; its mail can be read."""
    with Served("demo", "--stay", "--port", "0", home=tmp_path / "demo") as served:
        assert served.told["verify"]["ok"] is True
        assert served.process.stdout is not None
        served.told = json.loads(served.process.stdout.readline())
        assert served.ask("r/nothing")[0] == 404
        assert served.stop()[0] == 0
    assert list((tmp_path / "demo" / "caught").glob("*.eml"))


def test_letters_are_taken_in_beside_the_rounds_where_a_port_is_set(house: Home) -> None:
    """The port is open while the service runs, and a port that is taken is told in words."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        set_door(house, port)
        assert f"port {port}" in house.down("serve", "--port", "0")
    with Served("serve", "--no-web", home=house.folder) as served:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            assert wire.recv(100).startswith(b"220 ")
        assert served.stop()[0] == 0


def set_door(house: Home, port: int) -> None:
    words = f'[mail]\nreplies = "reviews@example.org"\n[service]\ndoor = {port}\nprefect = false\n'
    (house.folder / "settings.toml").write_text(words, "utf-8")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("embedded", "where another process makes them, this one waits"),
        ("heartbeat", "where another process makes them, this one waits"),
        ("worker", "sent from here, beside other workers"),
    ],
)
def test_a_process_that_stays_says_what_it_does(
    kind: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two heartbeats one makes the rounds, and a worker makes none."""
    commands._tell(kind, "", practice=False, as_json=False)
    said = capsys.readouterr().out
    assert words in said
    assert "Control-C" in said
