"""Making and ending tokens of the API, and who it is that brings one."""

from __future__ import annotations

from dataclasses import replace

from engine.casework import Caller, House, actor_of
from engine.roles import Actor
from engine.tokens import KEPT_FOR, Token, check, no_token


def issue(house: House, token: Token) -> Token:
    """Keep a new token of somebody of the directory. Errors: Refused, every reason."""
    with house.store.begin() as work:
        fit = check(work.people.directory(), token)
        number = work.tokens.add(fit)
        work.commit()
    return replace(fit, id=number)


def revoke(house: House, number: int) -> Token:
    """End a token at once; one that was ended stays as it is. Errors: Absent."""
    now = house.clock.now()
    with house.store.begin() as work:
        work.tokens.revoke(number, now)
        found = next((t for t in work.tokens.list() if t.id == number), None)
        if found is None:
            raise no_token(number)
        work.commit()
    return found


def bearer(house: House, digest: str) -> tuple[Token, Actor] | None:
    """Whose token this is and who they are now; None where it opens nothing any more."""
    with house.store.begin() as work:
        token = work.tokens.find(digest)
        if token is None or not token.is_open(house.clock.now()):
            return None
        directory = work.people.directory()
    if directory.member(token.email) is None:
        return None
    return token, actor_of(directory, Caller(token.email, token.account), ())


def forget_answers(house: House) -> int:
    """Let go of answers nobody can ask for again; returns how many."""
    before = house.clock.now() - KEPT_FOR
    with house.store.begin() as work:
        # Most of the time there are none, and nobody need wait for a writer then.
        gone = work.tokens.forget(before) if work.tokens.has_old(before) else 0
        work.commit()
    return gone
