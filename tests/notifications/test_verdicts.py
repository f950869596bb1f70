"""R4: every failure of the mail server, at every moment, means what one table says."""

from __future__ import annotations

from typing import Any

import aiosmtplib
import pytest

from engine.outbox import AWAY, Verdict
from notifications.outcome import Outcome
from notifications.post import Post
from notifications.smtp import Connection
from notifications.verdict import FAULTS, MOMENTS, TABLE, fault, is_ours, judge
from tests.faults.smtp_script import ScriptedServer
from tests.notifications.conftest import Certificates
from tests.notifications.mailroom import a_post, sent

DEEDS = [f for f in FAULTS if f not in {"certificate", "unsupported", "other"}]
CELLS = [(moment, deed) for moment in MOMENTS for deed in DEEDS]
CELLS += [("connect", "certificate"), ("starttls", "certificate")]

MAIL = b"Subject: Hello\r\n\r\n.A line that begins with a dot.\r\n"
# Longer than the machine's buffers, so that the body is still under way when the fault comes.
LONG = MAIL + (b"x" * 76 + b"\r\n") * 100_000


def _server(moment: str, deed: str, certificates: Certificates, pipelining: bool) -> ScriptedServer:
    trust = certificates.stranger if deed == "certificate" else certificates.good
    implicit = moment in {"connect", "auth"}
    return ScriptedServer(
        at=moment,
        do=deed,
        trust=trust if implicit or moment == "starttls" else None,
        implicit=implicit,
        pipelining=pipelining,
    )


def _post(port: int, moment: str, deed: str, certificates: Certificates) -> Post:
    # Only where the server says nothing is the wait worth shortening.
    wait = 0.5 if deed in {"hang", "slow"} else 5.0
    security = {"connect": "tls", "auth": "tls", "starttls": "starttls"}.get(moment, "none")
    login: dict[str, Any] = {"username": "house", "password": "s3cret"} if moment == "auth" else {}
    return a_post(
        port,
        security=security,
        cafile=certificates.cafile,
        command=wait,
        body=wait,
        after_dot=wait,
        **login,
    )


async def _try(post: Post, mail: bytes = MAIL) -> Outcome:
    connection = Connection(post)
    outcome = await sent(connection, mail)
    await connection.close()
    return outcome


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "pipelined"])
@pytest.mark.parametrize(("moment", "deed"), CELLS)
async def test_every_fault_at_every_moment_has_the_verdict_of_the_table(
    moment: str, deed: str, pipelining: bool, certificates: Certificates
) -> None:
    """Against a real, misbehaving server, each cell of the table is what the house decides.

    It is so whether commands go one by one or, where the server allows, together.
    """
    async with _server(moment, deed, certificates, pipelining) as server:
        post = _post(server.port, moment, deed, certificates)
        outcome = await _try(post, LONG if moment == "body" else MAIL)
    assert outcome.verdict is TABLE[moment][deed], outcome
    # A reset takes the answers with it that were still on their way.
    lost = pipelining and deed == "reset" and moment in {"rcpt", "data"}
    at = {"mail", "rcpt", "data"} if lost else {"after_dot" if moment == "quit" else moment}
    assert outcome.moment in at, outcome
    assert outcome.words
    assert len(outcome.words) <= 300


def test_the_table_is_whole() -> None:
    """Every moment has a verdict for every fault, and over a hundred were tried above."""
    assert all(tuple(row) == FAULTS for row in TABLE.values())
    assert len(CELLS) == 112


def test_nothing_is_lost_before_the_final_dot_and_nothing_is_certain_after_it() -> None:
    """Refusal is for the recipient and the message alone; a broken answer to the dot is unsure."""
    for moment, row in TABLE.items():
        refused = {f for f, verdict in row.items() if verdict is Verdict.REFUSED}
        unsure = {f for f, verdict in row.items() if verdict is Verdict.UNSURE}
        accepted = {f for f, verdict in row.items() if verdict is Verdict.ACCEPTED}
        assert refused <= {"5xx", "policy"}
        assert not refused or moment in {"rcpt", "data", "body", "after_dot"}
        assert bool(unsure) == (moment == "after_dot")
        assert bool(accepted) == (moment == "quit")


def test_slow_and_silent_are_judged_alike() -> None:
    """A server too slow cannot be told from one that says nothing."""
    assert all(row["slow"] is row["hang"] for row in TABLE.values())


@pytest.mark.parametrize("error", [0, 99, 250, 354, 600, RuntimeError("?"), ValueError("?")])
def test_what_is_not_listed_is_deferred(error: BaseException | int) -> None:
    """An answer or a failure nobody foresaw keeps the message; an unknown moment as well."""
    assert judge("rcpt", error) is Verdict.DEFERRED
    assert judge("a moment nobody knows", error) is Verdict.DEFERRED


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (550, "5.1.1 No such mailbox", "5xx"),
        (550, "No such mailbox", "5xx"),
        (501, "5.1.3 Bad address", "5xx"),
        (552, "5.2.2 Mailbox full", "5xx"),
        (554, "5.7.1 Relay access denied", "policy"),
        (550, "5.7.54 Unable to relay", "policy"),
        (503, "5.5.1 Bad sequence", "policy"),
        (530, "Authentication required", "policy"),
        (503, "No valid recipients", "policy"),
        (451, "4.7.1 Greylisted", "4xx"),
        (421, "4.3.2 Closing", "421"),
    ],
)
def test_a_lasting_no_about_the_house_is_told_from_one_about_the_recipient(
    code: int, words: str, kind: str
) -> None:
    """A server that will not relay for us says nothing about the recipient's mailbox."""
    assert fault(aiosmtplib.SMTPRecipientRefused(code, words, "x@agency.example")) == kind


@pytest.mark.parametrize("moment", [*sorted(AWAY), "mail"])
def test_a_lasting_no_before_the_recipient_is_named_is_ours(moment: str) -> None:
    """Wrong password, unwanted sender: the message keeps, and the house is told it is ours."""
    assert judge(moment, 550) is Verdict.DEFERRED
    assert is_ours(moment, 550)
    assert not is_ours(moment, 450)
    assert not is_ours("rcpt", 550)


async def test_a_sender_refused_is_deferred_and_flagged() -> None:
    """550 5.7.1 for our own address is a matter of settings, said in the words of the attempt."""
    async with ScriptedServer(at="mail", do="policy") as server:
        outcome = await _try(a_post(server.port))
    assert (outcome.verdict, outcome.ours, outcome.code) == (Verdict.DEFERRED, True, 550)
    assert "settings need attention" in outcome.words
    assert "5.7.1" in outcome.words


async def test_the_servers_own_number_is_kept() -> None:
    """The queue number is the evidence when a person says they never got it."""
    async with ScriptedServer() as server:
        outcome = await _try(a_post(server.port))
    assert outcome == Outcome(
        Verdict.ACCEPTED, "after_dot", 250, "250 2.0.0 Ok: queued as 4XyZ", False
    )
    assert server.mails[0] == b"Subject: Hello\r\n\r\n..A line that begins with a dot.\r\n"


async def test_last_words_are_one_short_printable_line() -> None:
    """Whatever a server says, no control character and no more than 300 letters are kept."""
    reply = b"550 5.1.1 " + b"\x1b[31m\x07 \xe2\x80\xae ru\xff " + b"x" * 2000 + b"\r\n"
    async with ScriptedServer(at="rcpt", do="5xx", reply=reply) as server:
        outcome = await _try(a_post(server.port))
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.words.isprintable()
    assert len(outcome.words) == 300


async def test_the_answer_to_a_message_has_a_patience_of_its_own() -> None:
    """A slow answer within its time is an answer, however short the wait for other commands."""
    async with ScriptedServer(at="after_dot", do="slow", pace=0.02) as server:
        outcome = await _try(a_post(server.port, command=0.4))
    assert outcome.verdict is Verdict.ACCEPTED


async def test_nobody_there_is_deferred_in_plain_words() -> None:
    """A server that is switched off is said to be, at the moment of connecting."""
    async with ScriptedServer() as server:
        port = server.port
    outcome = await _try(a_post(port))
    assert (outcome.verdict, outcome.moment, outcome.code) == (Verdict.DEFERRED, "connect", 0)
    assert "nothing answers there" in outcome.words
