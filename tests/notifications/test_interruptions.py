"""R6 and R8 in small: the courier when the server, the lease or the house gives way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from engine.outbox import Attempt, Message, State, Verdict
from notifications.courier import Tally
from tests.faults.smtp_script import ScriptedServer
from tests.notifications.mailroom import HandClock, a_post
from tests.notifications.test_courier import _deliver, _room


async def test_a_server_that_is_away_is_asked_once_for_all_messages() -> None:
    """Every claimed message is deferred with the server's words; one connection, not fifty."""
    room = _room(50)
    async with ScriptedServer(at="banner", do="421") as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally.deferred == 50
    assert "421" in room.tries[50][0].words
    assert server.connections == 1
    assert set(room.states()) == {State.OWED}
    assert all((m.next_at or room.messages[1].owed_at) > m.owed_at for m in room.messages.values())


async def test_a_server_that_is_away_is_not_asked_again_for_the_next_batch() -> None:
    """The run ends there; what was not claimed waits for the next run, untouched."""
    room = _room(50)
    async with ScriptedServer(at="banner", do="421") as server:
        tally = await _deliver(room, a_post(server.port, batch=20))
    assert tally.deferred == len(room.tries) == 20
    assert server.connections == 1


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("how", ["421", "close", "reset", "hang"])
async def test_a_connection_lost_between_messages_harms_none(how: str, pipelining: bool) -> None:
    """A server that limits messages per connection is simply connected to again."""
    room = _room(3)

    def limit(verb: str) -> None:
        server.at = "mail" if verb == "MAIL" and server.commands.count("MAIL") == 2 else ""

    async with ScriptedServer(do=how, on_command=limit, pipelining=pipelining) as server:
        tally = await _deliver(room, a_post(server.port, command=0.5))
    assert tally == Tally(accepted=3)
    assert [len(tries) for tries in room.tries.values()] == [1, 1, 1]
    assert len(server.mails) == 3
    assert server.connections == 2


async def test_when_the_connection_is_lost_twice_the_rest_is_given_back() -> None:
    """Two messages met the fault and are deferred; the others are owed again, untried."""
    room = _room(6)
    async with ScriptedServer(at="data", do="reset") as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally.deferred == 2
    assert room.given_back == [3, 4, 5, 6]
    assert sorted(room.tries) == [1, 2]
    assert not room.leases
    assert server.connections == 2


async def test_a_courier_that_lost_its_lease_does_nothing_more() -> None:
    """R6: settling fails, and not one command follows for the messages that were left."""
    room = _room(3)

    def steal(verb: str) -> None:
        if verb == "DATA":
            room.leases[1] = ("somewhere:2:b", HandClock().now() + timedelta(hours=1))

    async with ScriptedServer(on_command=steal) as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally == Tally()
    assert room.tries == {}
    assert room.leases == {1: ("somewhere:2:b", HandClock().now() + timedelta(hours=1))}
    assert server.commands.count("MAIL") == 1


async def test_no_message_is_begun_that_the_lease_may_not_outlast() -> None:
    """R6: with slow messages the rest is given back in time and claimed with a new lease."""
    room, clock = _room(9), HandClock()
    begun: list[bool] = []
    short: dict[str, Any] = {
        "opening": 2.0,
        "command": 0.5,
        "body": 1.0,
        "after_dot": 0.5,
        "lease": 12.0,
    }
    post = a_post(**short)

    def slow(verb: str) -> None:
        if verb == "MAIL":
            _, until = next(iter(room.leases.values()))
            begun.append(until - clock.now() >= timedelta(seconds=post.longest_dialogue))
        if verb == "DATA":
            clock.forward(seconds=5)

    async with ScriptedServer(on_command=slow) as server:
        tally = await _deliver(room, a_post(server.port, **short), clock)
    assert tally == Tally(accepted=9)
    assert begun == [True] * 9
    assert room.given_back
    assert len(server.mails) == 9


async def test_a_clock_that_leaps_ends_the_run_instead_of_turning_for_ever() -> None:
    """Where no lease can ever be long enough, everything is given back and the run ends."""
    room = _room(3)

    class Leaping(HandClock):
        def now(self):  # type: ignore[no-untyped-def]
            self.forward(hours=1)
            return self.at

    async with ScriptedServer() as server:
        tally = await _deliver(room, a_post(server.port), Leaping())
    assert tally == Tally()
    assert room.given_back == [1, 2, 3]


async def test_a_house_on_hold_stops_in_the_middle_of_a_batch() -> None:
    """A person who holds the house stops what is not yet given, not only the next batch."""
    room = _room(5)

    def hold(verb: str) -> None:
        room.held = verb == "DATA" and server.commands.count("DATA") == 2

    async with ScriptedServer(on_command=hold) as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally == Tally(accepted=1)
    assert room.given_back == [2, 3, 4, 5]
    assert len(server.mails) == 1


async def test_told_to_stop_the_courier_keeps_what_it_knows() -> None:
    """Stopped while the server thinks, the message is unsure and the rest is given back."""
    room = _room(3)
    async with ScriptedServer(at="after_dot", do="hang") as server:
        run = asyncio.create_task(_deliver(room, a_post(server.port)))
        while "DATA" not in server.commands:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert room.tries[1][0].verdict is Verdict.UNSURE
    assert room.given_back == [2, 3]


async def test_a_store_that_fails_stops_the_courier() -> None:
    """A try that cannot be kept is the last: nothing more is sent that could not be recorded."""
    room = _room(3)

    def fail(message: Message, attempt: Attempt) -> bool:
        raise RuntimeError("the disk is full")

    room.settle = fail  # type: ignore[method-assign]
    async with ScriptedServer() as server:
        with pytest.raises(RuntimeError, match="disk is full"):
            await _deliver(room, a_post(server.port))
    assert server.commands.count("MAIL") == 1
    assert room.given_back == [2, 3]
