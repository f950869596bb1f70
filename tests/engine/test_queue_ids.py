"""What mail servers call a message they took over, as their own words have it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.outbox import Attempt, Verdict

SAID = {
    "250 2.0.0 Ok: queued as 4Xk9Vt2Qz1z3kqY": "4Xk9Vt2Qz1z3kqY",
    "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 1B2C3D4E5F": "1B2C3D4E5F",
    "250 2.6.0 <3f@waymark.example> [InternalId=8753456, Hostname=LO1.example] 9 bytes in 0.1,"
    " 50.8 KB/sec Queued mail for delivery": "8753456",
    "250 OK id=1rXyZ4-0005vi-2C": "1rXyZ4-0005vi-2C",
    "250 2.0.0 45NCh2Vr012345 Message accepted for delivery": "45NCh2Vr012345",
    "250 2.0.0 5f1c0e7a Message accepted for delivery": "5f1c0e7a",
    "250 2.0.0 OK 1700000001 a1-20020a05600c.123 - gsmtp": "1700000001 a1-20020a05600c.123",
    "250 ok 1700000001 qp 12345": "12345",
    "250 Message Queued (6F0A1B2C-1234-4D5E-8F90-A1B2C3D4E5F6.1)":
        "6F0A1B2C-1234-4D5E-8F90-A1B2C3D4E5F6.1",
    "250 Ok 010201890abcdef0-1a2b3c4d-1111-000000": "010201890abcdef0-1a2b3c4d-1111-000000",
    "250 2.0.0 Kept as d82ece975fa0": "d82ece975fa0",
    "250 2.0.0 Message accepted for delivery": "",
    "250 OK Message accepted for delivery": "",
    "250 Queued (0.1 seconds)": "",
    "250 Great success": "",
    "250 ": "",
}  # fmt: skip


def a_try(verdict: Verdict, words: str) -> Attempt:
    return Attempt(datetime(2026, 11, 28, tzinfo=UTC), "courier", verdict, 250, words, "after_dot")


@pytest.mark.parametrize("words", SAID)
def test_a_queue_id_is_read_where_the_words_give_one(words: str) -> None:
    """Whatever the server; where it gives none, nothing is taken for one."""
    assert a_try(Verdict.ACCEPTED, words).queue_id == SAID[words]


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.ACCEPTED])
def test_what_was_not_accepted_has_no_queue_id(verdict: Verdict) -> None:
    assert a_try(verdict, "451 4.7.1 not now, queued as 4Xk9Vt2Qz1z3kqY").queue_id == ""
