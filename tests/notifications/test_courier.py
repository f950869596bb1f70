"""R3, R5, R6 and R8 in small: what the courier does with what is owed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from email import message_from_bytes

import pytest

from engine.outbox import Attempt, Message, State, Verdict
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


async def test_each_try_keeps_which_wording_its_mail_had() -> None:
    """The same as the mail itself says; where no server was reached, no mail was offered."""
    room = _room(3)
    async with ScriptedServer(at="rcpt", do="4xx", times=1) as server:
        await _deliver(room, a_post(server.port))
    told = {message_from_bytes(mail)["X-Waymark-Template"] for mail in server.mails}
    kept = {tried.template for tries in room.tries.values() for tried in tries}
    assert {f"asked/{version}" for version in kept} == told
    gone, away = server.port, _room(2)
    await _deliver(away, a_post(gone))
    assert {tries[0].template for tries in away.tries.values()} == {""}


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


async def test_a_wrong_password_is_trouble_of_the_house() -> None:
    """The tally says in words what the house has to put right."""
    room = _room(2)
    async with ScriptedServer(at="mail", do="policy") as server:
        tally = await _deliver(room, a_post(server.port))
    assert tally.deferred == 2
    assert tally.trouble.startswith("The house's mail settings need attention")


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


async def test_patience_ends_after_three_days() -> None:
    """R7: 72 hours after a message was owed it is parked, and the tally says so."""
    room, clock = _room(1), HandClock()
    clock.forward(hours=71, minutes=30)
    async with ScriptedServer(at="rcpt", do="4xx") as server:
        room.messages[1] = a_message(1, tries=20, next_at=clock.now())
        tally = await _deliver(room, a_post(server.port), clock)
    assert tally == Tally(parked=1)
    assert room.states() == [State.PARKED]


@pytest.mark.parametrize("connections", [1, 3, 10])
async def test_several_connections_share_what_is_owed(connections: int) -> None:
    """Each message once, one recipient each, over so many connections at most."""
    room = _room(60)
    async with ScriptedServer(pipelining=True) as server:
        post = a_post(server.port, connections=connections, batch=7)
        tally = await _deliver(room, post, limit=55)
    assert tally == Tally(accepted=55)
    assert len({r[0] for r in server.recipients}) == len(server.recipients) == 55
    assert room.states().count(State.OWED) == 5
    assert not room.leases
    assert server.connections <= connections


async def test_each_connection_settles_its_mail_before_it_gives_the_next() -> None:
    """R2: at no moment have more mails gone than are settled, but one for each connection."""
    room = _room(60)
    ahead: list[int] = []

    def look(_verb: str) -> None:
        ahead.append(len(server.mails) - len(room.tries))

    async with ScriptedServer(pipelining=True, on_command=look) as server:
        await _deliver(room, a_post(server.port, connections=3))
    assert 1 <= max(ahead) <= 3
    assert len(server.mails) == 60


async def test_a_server_that_allows_few_connections_gets_its_mail_over_those() -> None:
    """A connection that is not let in defers nothing while another one works."""
    room = _room(40)

    def limit(verb: str) -> None:
        server.at = "banner" if verb == "MAIL" else server.at

    async with ScriptedServer(do="421", on_command=limit, pipelining=True) as server:
        tally = await _deliver(room, a_post(server.port, connections=5))
    assert tally == Tally(accepted=40)
    assert not room.leases


async def test_a_server_that_is_away_is_tried_by_one_connection_alone() -> None:
    """Of several connections the first finds out; all that was claimed is deferred at once."""
    room = _room(50)
    async with ScriptedServer(at="banner", do="421") as server:
        tally = await _deliver(room, a_post(server.port, connections=10))
    assert tally.deferred == 50
    assert server.connections == 1
