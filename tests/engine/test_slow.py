"""What is kept of a code is dear to try out, for whoever has the database and the secret too."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine import authenticators, codes, slow
from engine.authenticators import Authenticator, Spare
from engine.codes import Code
from engine.keyring import Secret

SECRET, NOW = Secret.of(b"k" * 32), datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
APP = Authenticator(1, "a@panel.example", "chance", NOW)
# As a house has it: read before any test lowers it.
DEAR = slow.COST
# OWASP, Password Storage Cheat Sheet: each of these is as good as the others.
RECOMMENDED = {(17, 8, 1), (16, 8, 2), (15, 8, 3), (14, 8, 5), (13, 8, 10)}
KEPT = r"\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]{22})\$[A-Za-z0-9+/]{43}"


def a_code(typed: str, nonce: str = "chance") -> Code:
    kept = codes.digest_of(SECRET.latest, "browser", typed, nonce)
    return Code(1, 1, "lead@agency.example", "browser", kept, NOW)


def test_a_house_keeps_a_code_at_a_cost_that_owasp_recommends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And such a code is known again, and no other one."""
    monkeypatch.setattr(slow, "COST", DEAR)
    code = a_code("K7QM-2XPD")
    found = re.fullmatch(KEPT, code.digest)
    assert found
    assert tuple(int(found[n]) for n in (1, 2, 3)) in RECOMMENDED
    assert codes.is_it(code, SECRET, " k7qm 2xpd", NOW)
    assert not codes.is_it(code, SECRET, "K7QM-2XPF", NOW)


def test_what_is_kept_is_salted_and_needs_the_houses_secret() -> None:
    """The same code in another mail, of another browser or another house is kept otherwise."""
    code = a_code("K7QM-2XPD")
    assert code.digest == a_code("K7QM-2XPD").digest
    assert a_code("K7QM-2XPD", "other chance").digest[-43:] != code.digest[-43:]
    assert not codes.is_it(code, Secret.of(b"x" * 32), "K7QM-2XPD", NOW)
    assert not codes.is_it(replace(code, browser="another"), SECRET, "K7QM-2XPD", NOW)


def test_what_was_kept_at_another_cost_is_known_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """How it was made stands beside it, so the cost can be raised in a house that stands."""
    before = a_code("K7QM-2XPD")
    monkeypatch.setattr(slow, "COST", slow.Cost(3, 8, 2))
    assert a_code("K7QM-2XPD").digest != before.digest
    assert codes.is_it(before, SECRET, "K7QM-2XPD", NOW)


@pytest.mark.parametrize(
    "known", ["", "digest", "0" * 64, "$scrypt$", "$scrypt$ln=1,r=8,p=1$$", "$argon2id$v=19$a$b"]
)
def test_what_was_not_kept_so_is_no_code_and_takes_as_long(
    known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick digest of an earlier release among them: its code had ten minutes."""
    made = list[bytes]()
    usual = hashlib.scrypt

    def counted(words: bytes, **cost: int) -> bytes:
        made.append(words)
        return usual(words, **cost)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "scrypt", counted)
    assert not codes.is_it(replace(a_code("K7QM-2XPD"), digest=known), SECRET, "K7QM-2XPD", NOW)
    assert not codes.is_it(None, SECRET, "K7QM-2XPD", NOW)
    assert len(made) == 3


def test_ten_codes_to_keep_have_one_salt_and_each_is_its_own() -> None:
    """So one try costs one slow digest; another person's ten, or another ten, have another."""
    spare = ["K7QM-2XPD", "2222-3333"]
    kept = authenticators.digests_of(SECRET, APP, Spare(spare, "chance"))
    salts = [re.fullmatch(KEPT, each)[4] for each in kept]  # type: ignore[index]
    assert len(set(kept)) == 2
    assert len(set(salts)) == 1
    again = authenticators.digests_of(SECRET, APP, Spare(spare, "more chance"))
    assert not set(kept) & set(again)
    like = [authenticators.digest_like(SECRET, APP, code, kept) for code in spare]
    assert like == kept
    assert (
        authenticators.digest_like(SECRET, replace(APP, email="b@panel.example"), spare[0], kept)
        not in kept
    )
    assert authenticators.digest_like(SECRET, APP, "2222-3334", kept) not in kept
