"""S13 and R5: certificates, passwords, and one recipient a transaction, on the wire."""

from __future__ import annotations

import base64
import logging
import ssl
from typing import Any

import pytest

from engine.errors import Refused
from engine.outbox import Verdict
from notifications.dialogue import Envelope
from notifications.outcome import Outcome
from notifications.post import Post
from notifications.smtp import Connection, LostBefore
from tests.faults.smtp_script import ScriptedServer
from tests.notifications.conftest import Certificates
from tests.notifications.mailroom import a_letterhead, a_post, sent

MAIL = b"Subject: Hello\r\n\r\nHello\r\n"
PASSWORD = "correct horse battery"


async def _try(post: Post, times: int = 1) -> Outcome:
    connection = Connection(post)
    for _ in range(times):
        outcome = await sent(connection, MAIL, "a@agency.example")
    await connection.close()
    return outcome


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("name", ["stranger", "elsewhere"])
async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    certificates: Certificates, implicit: bool, name: str
) -> None:
    """An unknown authority or another machine's certificate: deferred, and no name is told."""
    trust: ssl.SSLContext = getattr(certificates, name)
    async with ScriptedServer(trust=trust, implicit=implicit) as server:
        security = "tls" if implicit else "starttls"
        outcome = await _try(a_post(server.port, security=security, cafile=certificates.cafile))
    assert (outcome.verdict, outcome.ours) == (Verdict.DEFERRED, True)
    assert "could not prove who it is" in outcome.words
    assert "MAIL" not in server.commands


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_certificates_are_checked_without_being_asked_to(
    certificates: Certificates, security: str
) -> None:
    """With no file named, the machine's own list decides, and it does not know the tests' CA."""
    async with ScriptedServer(trust=certificates.good, implicit=security == "tls") as server:
        outcome = await _try(a_post(server.port, security=security))
    assert outcome.verdict is Verdict.DEFERRED
    assert "MAIL" not in server.commands


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_proven_server_gets_the_mail_and_the_password_encrypted(
    certificates: Certificates, security: str
) -> None:
    """Either way of encrypting works, and signing in comes only after it."""
    async with ScriptedServer(trust=certificates.good, implicit=security == "tls") as server:
        post = a_post(
            server.port,
            security=security,
            cafile=certificates.cafile,
            username="house",
            password=PASSWORD,
        )
        outcome = await _try(post)
    assert outcome.verdict is Verdict.ACCEPTED
    encrypting = [] if security == "tls" else ["EHLO", "STARTTLS"]
    assert server.commands == [*encrypting, "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]


async def test_encryption_is_never_a_matter_of_opportunity(certificates: Certificates) -> None:
    """Somebody on the line who hides STARTTLS gets no mail, only a deferral in plain words."""
    async with ScriptedServer(trust=certificates.good, offers_starttls=False) as server:
        outcome = await _try(a_post(server.port, security="starttls", cafile=certificates.cafile))
    assert (outcome.verdict, outcome.moment, outcome.ours) == (Verdict.DEFERRED, "starttls", True)
    assert "does not offer STARTTLS" in outcome.words
    assert server.commands == ["EHLO"]


async def test_a_missing_certificate_file_is_said_to_be_missing(tmp_path: object) -> None:
    """A wrong path in the settings is told as such, not as a lost connection."""
    async with ScriptedServer() as server:
        outcome = await _try(a_post(server.port, security="tls", cafile=f"{tmp_path}/none.pem"))
    assert outcome.ours
    assert "the file of trusted certificates cannot be read" in outcome.words
    assert server.connections == 0


async def test_the_password_never_comes_back(
    certificates: Certificates, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the settings' repr, not from a server that echoes it, not in any log."""
    caplog.set_level(logging.DEBUG)
    async with ScriptedServer(at="auth", do="echo", trust=certificates.good) as server:
        post = a_post(
            server.port,
            security="starttls",
            cafile=certificates.cafile,
            username="house",
            password=PASSWORD,
        )
        connection = Connection(post)
        outcome = await connection.ready()
        seen = f"{post!r} {connection!r} {outcome!r} {caplog.text}"
        await connection.close()
    assert outcome is not None
    assert outcome.ours
    assert "Not known: AUTH PLAIN [removed]" in outcome.words
    both = base64.b64encode(f"\0house\0{PASSWORD}".encode()).decode()
    for secret in (PASSWORD, both, base64.b64encode(PASSWORD.encode()).decode()):
        assert secret not in seen


async def test_one_recipient_a_transaction_and_a_clean_slate_between() -> None:
    """R5: each transaction names one recipient, so that no mail is half refused."""
    async with ScriptedServer() as server:
        await _try(a_post(server.port), times=3)
    one = ["MAIL", "RCPT", "DATA"]
    assert server.commands == ["EHLO", *one, *one, *one, "QUIT"]
    assert server.recipients == [["a@agency.example"]] * 3
    assert server.connections == 1


async def test_the_next_envelope_goes_with_the_final_dot() -> None:
    """A server that takes commands together gets them so, and each mail and answer is its own."""
    async with ScriptedServer(pipelining=True) as server:
        connection = Connection(a_post(server.port))
        to = ["a@agency.example", "b@agency.example", "c@agency.example"]
        for place, recipient in enumerate(to):
            following = "".join(to[place + 1 : place + 2])
            outcome = await sent(connection, MAIL, recipient, following)
            assert outcome.verdict is Verdict.ACCEPTED
        await connection.close()
    one = ["MAIL", "RCPT", "DATA"]
    assert server.commands == ["EHLO", *one, *one, *one, "QUIT"]
    assert server.recipients == [[each] for each in to]
    assert server.mails == [MAIL] * 3


async def test_an_envelope_that_was_offered_and_is_not_followed_up_ends_the_connection() -> None:
    """A server that waits for a mail never gets another one, or words, in its place."""
    async with ScriptedServer(pipelining=True) as server:
        connection = Connection(a_post(server.port))
        await sent(connection, MAIL, "a@agency.example", "b@agency.example")
        with pytest.raises(LostBefore):
            await sent(connection, MAIL, "c@agency.example")
        await sent(connection, MAIL, "c@agency.example", "d@agency.example")
        await connection.close()
    assert server.recipients == [["a@agency.example"], ["c@agency.example"]]
    assert "QUIT" not in server.commands


async def test_a_server_that_wants_a_mail_for_nobody_gets_an_empty_one() -> None:
    """RFC 2920, 3.1: the recipient is refused, and what the server still awaits is for nobody."""
    async with ScriptedServer(
        at="rcpt", do="5xx", times=1, pipelining=True, careless=True
    ) as server:
        connection = Connection(a_post(server.port))
        first = await sent(connection, MAIL, "a@agency.example")
        second = await sent(connection, MAIL, "b@agency.example")
        await connection.close()
    assert (first.verdict, first.moment) == (Verdict.REFUSED, "rcpt")
    assert second.verdict is Verdict.ACCEPTED
    assert (server.recipients, server.mails) == ([[], ["b@agency.example"]], [b"", MAIL])
    assert server.connections == 1


async def test_what_nobody_asked_for_is_no_answer() -> None:
    """A server that says more than it was asked is not believed about the next message."""
    async with ScriptedServer(at="after_dot", do="5xx", reply=b"250 Ok\r\n250 Ok\r\n") as server:
        connection = Connection(a_post(server.port))
        assert (await sent(connection, MAIL)).verdict is Verdict.ACCEPTED
        with pytest.raises(LostBefore):
            await connection.offer(Envelope("a@agency.example", "b@agency.example"))
    assert server.commands.count("MAIL") == 1


@pytest.mark.parametrize("pipelining", [False, True])
async def test_a_refused_recipient_does_not_spoil_the_next_transaction(pipelining: bool) -> None:
    """After a no in good order the connection goes on, cleared."""
    server = ScriptedServer(at="rcpt", do="5xx", times=1, pipelining=pipelining)
    async with server:
        outcome = await _try(a_post(server.port), times=2)
    assert outcome.verdict is Verdict.ACCEPTED
    assert server.connections == 1
    assert server.commands.count("RSET") == 1


async def test_a_lost_connection_is_opened_once_more_and_then_no_more() -> None:
    """A server that drops every connection gets two, not one for each message."""
    async with ScriptedServer(at="mail", do="close") as server:
        connection = Connection(a_post(server.port))
        for _ in range(2):
            assert await connection.ready() is None
            await sent(connection, MAIL)
        assert not connection.may_open
        trouble = await connection.ready()
    assert trouble is not None
    assert trouble.verdict is Verdict.DEFERRED
    assert server.connections == 2


async def test_a_server_slow_at_every_step_is_given_up_in_time() -> None:
    """Each answer within its own wait is not enough: getting ready as a whole has a limit."""
    async with ScriptedServer(at="ehlo", do="slow", pace=0.05) as server:
        outcome = await _try(a_post(server.port, opening=0.5))
    assert (outcome.verdict, outcome.moment) == (Verdict.DEFERRED, "ehlo")
    assert "did not answer in time" in outcome.words


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"security": "maybe"}, "security is one of"),
        ({"security": "none", "username": "a", "password": "b"}, "without encryption"),
        ({"security": "none", "host": "mail.example"}, "encrypted or not at all"),
        ({"security": "tls", "username": "a"}, "a user name and a password"),
        ({"host": " "}, "host name"),
        ({"host": "mail\r\nRSET"}, "host name"),
        ({"port": 0}, "from 1 to 65535"),
        ({"port": 65536}, "from 1 to 65535"),
        ({"courier": ""}, "name of its own"),
        ({"batch": 0}, "at least one message"),
        ({"command": 0}, "more than nothing"),
        ({"lease": 69.9}, "at least twice the longest exchange"),
        ({"letterhead": a_letterhead(practice=False)}, "awaited for 600 seconds"),
    ],
)
def test_settings_that_would_lose_or_repeat_mail_are_refused(
    change: dict[str, Any], reason: str
) -> None:
    """Each fault of the mail settings is told in words."""
    with pytest.raises(Refused) as refusal:
        a_post(**change)
    assert any(reason in each for each in refusal.value.reasons)


def test_every_fault_of_the_settings_is_told_at_once() -> None:
    """Nobody corrects the same settings five times."""
    with pytest.raises(Refused) as refusal:
        a_post(port=0, host="", courier="", batch=0, lease=1)
    assert len(refusal.value.reasons) >= 5


def test_the_usual_settings_wait_ten_minutes_and_lease_for_twice_the_longest_exchange() -> None:
    """R6: the answer after the dot is awaited for 600 seconds; the lease outlives two exchanges."""
    post = Post("mail.example", 587, a_letterhead(practice=False), "here:1:a")
    assert post.security == "starttls"
    assert post.after_dot >= 600
    assert post.longest_dialogue >= post.opening + post.after_dot + post.body + 4 * post.command
    assert post.lease >= 2 * post.longest_dialogue
