"""The shape for many machines: PostgreSQL, workers, web processes, heartbeats; no containers."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.ticks import Lease
from notifications.catcher import Catcher
from tests import postgres
from tests.cli.driver import SAMPLE, SETTINGS, Home, refer
from tests.crash.restarts import Server
from tests.service.served import Served, until
from workflows import service
from workflows.service import Service
from workflows.wiring import enter, set_up

REFERRALS = 6


class Slow(Catcher):
    """A mail server that takes a while over each message, so that a kill meets one under way."""

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        """Keep one mail, and answer later."""
        kept = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.15)
        return kept


@pytest.fixture
def slow() -> Iterator[Slow]:
    with Slow() as running:
        yield running


@pytest.fixture
def machines(postgres_url: str, tmp_path: Path, slow: Slow) -> tuple[Home, Home]:
    """One house on PostgreSQL, worked from two machines: each has its folder with the same key."""
    postgres.empty(postgres_url)
    first = Home(tmp_path / "one")
    first.folder.mkdir()
    settings = f'database = "{postgres_url}"\nclock = "heartbeat"\n'
    settings += SETTINGS.format(port=slow.port)
    (first.folder / "settings.toml").write_text(settings, "utf-8")
    set_up(first.folder, practice=True).store.close()
    first.do("people", "import", str(SAMPLE))
    first.at("2024-12-20T16:45")
    return first, Home(Path(shutil.copytree(first.folder, tmp_path / "two")))


def lease(house: Home) -> Lease | None:
    with enter(house.folder) as premises, premises.store.begin() as work:
        return work.duty.lease()


def owed(house: Home) -> int:
    return int(house.do("outbox", "list")["counts"]["owed"])


def messages(house: Home) -> set[str]:
    """The Message-ID of everything the house has ever owed."""
    return {message["message_id"] for message in house.do("outbox", "list")["messages"]}


@pytest.mark.timeout(300)
def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(
    machines: tuple[Home, Home], slow: Slow
) -> None:
    """R2: two workers, two web processes, two heartbeats of which one keeps the clock.

    Every message arrives; at most the one under way arrives twice, with the same Message-ID.
    """
    first, second = machines
    for _ in range(REFERRALS):
        refer(first)
    asked = messages(first)
    with ExitStack() as stack:
        killed = stack.enter_context(Served("worker", home=first.folder))
        stack.enter_context(Served("worker", home=second.folder))
        beats = [stack.enter_context(Served("heartbeat", home=m.folder)) for m in machines]
        pages = [
            stack.enter_context(Served("serve", "--web-only", "--port", "0", home=m.folder))
            for m in machines
        ]
        until(lambda: len(slow.caught) >= 3, "some mail")
        killed.process.send_signal(signal.SIGKILL)
        killed.process.wait()
        # As whoever supervises it would do.
        again = stack.enter_context(Served("worker", home=first.folder))
        until(lambda: owed(second) == 0, "all is sent")
        until(lambda: lease(first), "one heartbeat keeps the clock")
        held = lease(first)
        assert held is not None
        assert held.kind == "heartbeat"
        assert [page.ask("r/nothing")[0] for page in pages] == [404, 404]
        assert first.do("doctor")["ok"] is True
        for one in (again, *beats, *pages):
            assert one.stop()[0] == 0
    arrived = Counter(mail.message_id for mail in slow.caught)
    # The clock's own rounds owe more while it runs: the day's digest.
    wanted = messages(first)
    assert asked <= wanted
    assert set(arrived) == wanted
    assert sum(arrived.values()) - len(wanted) <= 1
    assert first.do("verify")["ok"] is True


@pytest.mark.timeout(300)
def test_a_database_that_is_stopped_and_started_is_taken_up_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """R10 in small: the service waits in words, and goes on by itself when the server is back."""
    monkeypatch.setattr(service, "HOLD", 0.2)
    monkeypatch.setattr(service, "LOOK", 0.1)
    # The folder's name is short: a socket's whole path may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="wm-pg-") as folder, ExitStack() as stack:
        server = Server(Path(folder))
        with server.up():
            server.make_database()
            (tmp_path / "settings.toml").write_text(f'database = "{server.url}"\n', "utf-8")
            premises = set_up(tmp_path, practice=True)
            stack.callback(premises.store.close)
            begun = Service(premises)
            stack.callback(begun.stop)
            begun.start()
            until(lambda: begun.keeps_clock, "the clock is kept")
        for cut in (True, False):
            until(lambda: not begun.keeps_clock, "the clock is lost")
            assert begun._said in ("clock_cannot_be_kept", "nothing_can_be_looked_for")
            with server.up(cut=cut):
                until(lambda: begun.keeps_clock, "the clock is kept again")
        with server.up():
            until(lambda: begun.keeps_clock, "the clock is kept again")
            assert begun.stop()
