"""The tokens of the API in memory, and what was answered to requests that may come again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.tokens import Kept, Token
from store.memory.picture import Pages


class Tokens:
    """The tokens of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def add(self, token: Token) -> int:
        """Keep a new token; returns its number."""
        tokens: dict[int, Token] = self._pages.own("tokens")
        number = len(tokens) + 1
        tokens[number] = replace(token, id=number)
        return number

    def find(self, digest: str) -> Token | None:
        """The token with this digest, open or ended."""
        found = self._pages.seen.tokens.values()
        return next((token for token in found if token.digest == digest), None)

    def list(self) -> Sequence[Token]:
        """Every token, the first made first."""
        return tuple(self._pages.seen.tokens.values())

    def revoke(self, number: int, at: datetime) -> bool:
        """End a token; False, and nothing is written, where there is none or it was ended."""
        tokens: dict[int, Token] = self._pages.own("tokens")
        found = tokens.get(number)
        if found is None or found.revoked_at is not None:
            return False
        tokens[number] = replace(found, revoked_at=at)
        return True

    def answered(self, token: int, key: str) -> Kept | None:
        """What was answered to a request with this key."""
        return self._pages.seen.answers.get((token, key))

    def keep(self, kept: Kept, before: datetime) -> bool:
        """Keep an answer; False where one since `before` is kept under its key."""
        answers: dict[tuple[int, str], Kept] = self._pages.own("answers")
        known = answers.get((kept.token, kept.key))
        if known is not None and known.at >= before:
            return False
        answers[kept.token, kept.key] = kept
        return True

    def has_old(self, before: datetime) -> bool:
        """Whether there are answers from before an instant."""
        return any(kept.at < before for kept in self._pages.seen.answers.values())

    def forget(self, before: datetime) -> int:
        """Let go of answers from before an instant; returns how many there were."""
        answers: dict[tuple[int, str], Kept] = self._pages.own("answers")
        old = [name for name, kept in answers.items() if kept.at < before]
        for name in old:
            del answers[name]
        return len(old)
