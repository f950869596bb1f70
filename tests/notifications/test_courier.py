"""R3, R5, R6 and R8 in small: what the courier does with what is owed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.outbox import Attempt, Message, State, Verdict
from notifications.catcher import Catcher
from notifications.courier import Tally, deliver
from notifications.post import Post
from tests.faults.smtp_script import ScriptedServer
from tests.notifications.mailroom import HandClock, Mailroom, a_message, a_post


async def _deliver(
    room: Mailroom, post: Post, clock: HandClock | None = None, limit: int = 99
) -> Tally:
    return await deliver(room.store, clock or HandClock(), post, limit=limit)


def _room(count: int) -> Mailroom:
    return Mailroom([a_message(n) for n in range(1, count + 1)])


async def test_everything_owed_is_delivered_once_over_one_connection() -> None:
    """R3 and R5: a hundred messages, one recipient each, no repeat, one connection."""
    room = _room(100)
    async with ScriptedServer() as server:
        tally = await _deliver(room, a_post(server.port), limit=1000)
    assert tally == Tally(accepted=100)
    assert set(room.states()) == {State.ACCEPTED}
    assert [len(r) for r in server.recipients] == [1] * 100
    assert len({r[0] for r in server.recipients}) == 100
    assert server.connections == 1


async def test_no_mail_is_sent_inside_a_unit_of_work_and_each_try_is_kept_at_once() -> None:
    """At every command no unit stands open, and every mail before this one is settled."""
    room = _room(3)
    settled: list[int] = []

    def look(verb: str) -> None:
        assert room.open_units == 0
        if verb == "MAIL":
            settled.append(len(room.tries))

    async with ScriptedServer(on_command=look) as server:
        await _deliver(room, a_post(server.port))
    assert settled == [0, 1, 2]
    # One unit to claim, one for each try, one that finds nothing more.
    assert room.commits == 5


async def test_a_watcher_hears_of_a_try_once_it_is_kept() -> None:
    """Progress is never ahead of the record."""
    room = _room(2)
    heard: list[tuple[int, Verdict, str]] = []

    def hear(message: Message, attempt: Attempt) -> None:
        assert room.tries[message.id] == [attempt]
        heard.append((message.id, attempt.verdict, attempt.courier))

    async with ScriptedServer() as server:
        await deliver(room.store, HandClock(), a_post(server.port), progress=hear)
    assert heard == [(1, Verdict.ACCEPTED, "here:1:a"), (2, Verdict.ACCEPTED, "here:1:a")]


async def test_no_more_than_the_limit_is_sent() -> None:
    """A run can be told to stop after so many."""
    room = _room(10)
    async with ScriptedServer() as server:
        tally = await _deliver(room, a_post(server.port, batch=3), limit=7)
    assert tally.accepted == 7
    assert room.states().count(State.OWED) == 3
    assert not room.leases


async def test_a_refused_recipient_stops_nobody_else() -> None:
    """One mailbox that does not exist is settled as refused; the others get their mail."""
    room = _room(3)
    async with ScriptedServer(at="rcpt", do="5xx", times=1) as server:
        tally = await _deliver(room, a_post(server.port))
    assert (tally.refused, tally.accepted) == (1, 2)
    assert room.states() == [State.REFUSED, State.ACCEPTED, State.ACCEPTED]
    assert room.tries[1][0].moment == "rcpt"
    assert room.tries[1][0].code == 550


async def test_a_message_that_cannot_be_written_is_parked_and_the_rest_goes() -> None:
    """A missing word, an NHS number, an unknown kind or a bad address: parked, with the reason."""
    bad = [
        a_message(1, about={"asks": "Return the form for 943 476 5919."}),
        a_message(2, kind="unheard_of"),
        a_message(3, recipient="nobody at all"),
        a_message(4),
    ]
    incomplete = {key: words for key, words in bad[3].about.items() if key != "asks"}
    room = Mailroom([*bad[:3], replace(bad[3], about=incomplete), a_message(5)])
    async with ScriptedServer() as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally == Tally(accepted=1, parked=4)
    assert room.reasons[1] == "The mail carries what looks like an NHS number."
    assert "943" not in room.reasons[1]
    assert "correct the directory" in room.reasons[3]
    assert room.reasons[4].startswith("The message could not be written (UndefinedError)")
    assert not room.leases


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


async def test_a_wrong_password_is_trouble_of_the_house() -> None:
    """The tally says in words what the house has to put right."""
    room = _room(2)
    async with ScriptedServer(at="mail", do="policy") as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally.deferred == 2
    assert tally.trouble.startswith("The house's mail settings need attention")


async def test_a_connection_lost_between_messages_harms_none() -> None:
    """A server that limits messages per connection is simply connected to again."""
    room = _room(3)
    async with ScriptedServer(at="rset", do="close", times=1) as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally == Tally(accepted=3)
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


async def test_silence_after_the_dot_is_unsure_and_repeats_the_same_identity() -> None:
    """The one message that may arrive twice carries one Message-ID both times."""
    room, clock = _room(1), HandClock()
    async with ScriptedServer(at="after_dot", do="close", times=1) as server:
        first = await _deliver(room, a_post(server.port), clock)
        clock.forward(minutes=2)
        second = await _deliver(room, a_post(server.port), clock)
    assert (first.unsure, second.accepted) == (1, 1)
    assert "sent again with the same identity" in room.tries[1][0].words
    assert room.messages[1].message_id.encode() in server.mails[0]


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
    """A person who holds the house stops the next message, not the next batch."""
    room = _room(5)

    def hold(verb: str) -> None:
        if verb == "DATA":
            room.held = True

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


async def test_two_couriers_never_send_the_same_message() -> None:
    """R3: what one has claimed the other does not see."""
    room = _room(40)
    async with ScriptedServer() as server:
        posts = [a_post(server.port, courier=f"here:{n}:x", batch=7) for n in range(4)]
        tallies = await asyncio.gather(*(_deliver(room, post) for post in posts))
    assert sum(t.accepted for t in tallies) == 40
    assert len(server.mails) == 40
    assert len({r[0] for r in server.recipients}) == 40


async def test_urgent_messages_leave_first() -> None:
    """What is urgent goes before what is older."""
    room = Mailroom([a_message(1), a_message(2), a_message(3, urgent=True)])
    async with ScriptedServer() as server:
        await _deliver(room, a_post(server.port))
    assert server.recipients[0] == ["person3@agency.example"]


async def test_after_an_outage_of_two_days_everything_is_delivered() -> None:
    """R8 in small: a tick every quarter of an hour for 48 hours, then all of it arrives once."""
    room, clock = _room(60), HandClock()
    async with ScriptedServer() as server:
        port = server.port
    away = 0
    while clock.now() - HandClock().now() < timedelta(hours=48):
        away += (await _deliver(room, a_post(port), clock)).deferred
        clock.forward(minutes=15)
    assert set(room.states()) == {State.OWED}
    back = clock.now()
    with Catcher(port=port) as catcher:
        while State.OWED in room.states():
            await _deliver(room, a_post(port), clock, limit=1000)
            clock.forward(minutes=1)
    assert set(room.states()) == {State.ACCEPTED}
    assert len({c.message_id for c in catcher.caught}) == len(catcher.caught) == 60
    assert clock.now() - back <= timedelta(minutes=75)
    assert away > 60 * 40


async def test_patience_ends_after_three_days() -> None:
    """R7: 72 hours after a message was owed it is parked, and the tally says so."""
    room, clock = _room(1), HandClock()
    clock.forward(hours=71, minutes=30)
    async with ScriptedServer(at="rcpt", do="4xx") as server:
        room.messages[1] = a_message(1, tries=20, next_at=clock.now())
        tally = await _deliver(room, a_post(server.port), clock)
    assert tally == Tally(parked=1)
    assert room.states() == [State.PARKED]
