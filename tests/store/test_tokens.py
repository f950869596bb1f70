"""Tokens of the API and kept answers: alike in every kind of store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from engine.errors import Refused
from engine.ports import Store
from engine.roles import Directory, Person
from engine.tokens import ACT, KEPT_FOR, READ, Kept, Token, check

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD = "lead@agency.example"
TOKEN = Token(0, "a" * 64, LEAD, frozenset((READ,)), "case system", "root", NOW, NOW + 30 * DAY)


def add(store: Store, token: Token = TOKEN) -> int:
    with store.begin() as work:
        number = work.tokens.add(token)
        work.commit()
    return number


def test_a_token_is_found_by_its_digest_alone_and_ended_once(store: Store) -> None:
    """Whoever ends it ends it at once; a second time changes nothing."""
    number = add(store)
    other = add(store, replace(TOKEN, digest="b" * 64, scopes=frozenset((READ, ACT))))
    with store.begin() as work:
        assert work.tokens.find("c" * 64) is None
        assert work.tokens.find(TOKEN.digest) == replace(TOKEN, id=number)
        assert [token.id for token in work.tokens.list()] == [number, other]
        assert work.tokens.revoke(number, NOW + DAY)
        assert not work.tokens.revoke(number, NOW + 2 * DAY)
        assert not work.tokens.revoke(number + 99, NOW)
        work.commit()
    with store.begin() as work:
        ended = work.tokens.find(TOKEN.digest)
        assert work.tokens.list()[1].is_open(NOW)
    assert ended is not None
    assert ended.revoked_at == NOW + DAY
    assert not ended.is_open(NOW + 2 * DAY)


def test_a_token_ends_by_itself_and_opens_no_more_than_its_scopes() -> None:
    """To the second; who may act may look, and not the other way round."""
    assert TOKEN.is_open(NOW + 30 * DAY - timedelta(seconds=1))
    assert not TOKEN.is_open(NOW + 30 * DAY)
    assert (TOKEN.allows(READ), TOKEN.allows(ACT)) == (True, False)
    acting = replace(TOKEN, scopes=frozenset((ACT,)))
    assert (acting.allows(READ), acting.allows(ACT)) == (True, True)


def test_a_digest_stands_in_no_words_about_a_token() -> None:
    """Whoever logs a token by mistake logs nothing that could be looked for."""
    assert TOKEN.digest not in repr(TOKEN)
    assert "secret answer" not in repr(Kept(1, "k", "d", 200, "secret answer", NOW))


def test_every_reason_against_a_token_is_told_at_once() -> None:
    """Its person, its scopes, how long it lasts and its label."""
    directory = Directory((Person(LEAD, "Lead", "Agency"),))
    assert check(directory, replace(TOKEN, email=LEAD.upper())).email == LEAD
    bad = replace(TOKEN, email="x@y.example", scopes=frozenset(("all",)), label="a\nb",
                  ends_at=NOW + 400 * DAY)  # fmt: skip
    with pytest.raises(Refused) as refused:
        check(directory, bad)
    assert len(refused.value.reasons) == 4


def test_an_answer_is_kept_once_for_a_day_under_the_key_of_one_token(store: Store) -> None:
    """A second answer under the same key is not kept while the first one counts."""
    number, other = add(store), add(store, replace(TOKEN, digest="b" * 64))
    first = Kept(number, "key 1", "d" * 64, 201, '{"reference": "PL-2026-0001"}', NOW)
    second = replace(first, body="{}", at=NOW + timedelta(hours=1))
    with store.begin() as work:
        assert work.tokens.keep(first, NOW - KEPT_FOR)
        work.commit()
    with store.begin() as work:
        assert not work.tokens.keep(second, second.at - KEPT_FOR)
        assert work.tokens.answered(number, "key 1") == first
        assert work.tokens.answered(other, "key 1") is None
        assert work.tokens.answered(number, "key 2") is None
        late = replace(second, at=NOW + KEPT_FOR + timedelta(seconds=1))
        assert work.tokens.keep(late, late.at - KEPT_FOR)
        assert work.tokens.answered(number, "key 1") == late
        assert not work.tokens.has_old(late.at)
        assert work.tokens.forget(late.at) == 0
        assert work.tokens.has_old(late.at + DAY)
        assert work.tokens.forget(late.at + DAY) == 1
        work.commit()
    with store.begin() as work:
        assert work.tokens.answered(number, "key 1") is None


def test_of_two_answers_kept_at_once_one_is_kept(store: Store) -> None:
    """The other is told so before it commits, and keeps nothing."""
    number, gate, won = add(store), Barrier(2), list[bool]()

    def answer(body: str) -> None:
        gate.wait()
        with store.begin() as work:
            kept = Kept(number, "key", "d" * 64, 200, body, NOW)
            won.append(work.tokens.keep(kept, NOW - KEPT_FOR))
            work.commit()

    threads = [Thread(target=answer, args=(body,)) for body in ("{}", "[]")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, True]
