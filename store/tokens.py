"""The tokens of the API in a house, and what was answered to requests that may come again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, literal_column, select, update

from engine.tokens import Kept, Token
from store import hot
from store.instants import moment, read, written
from store.session import Session
from store.statement import Row, for_each, insert, plain, upsert
from store.token_tables import ANSWER, TOKEN

_COLUMNS = (
    "id", "digest", "email", "scopes", "label", "made_by", "made_at", "ends_at", "revoked_at",
)  # fmt: skip
_KEPT = ("token", "key", "request", "status", "body", "at")
_ADD = insert(TOKEN, without=["id"])
_TOKENS = select(*hot.columns(TOKEN, *_COLUMNS))
_FIND = plain(_TOKENS.where(TOKEN.c.digest == bindparam("of")))
_LIST = plain(_TOKENS.order_by(TOKEN.c.id))
_REVOKE = plain(
    update(TOKEN)
    .where(TOKEN.c.id == bindparam("of"), TOKEN.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
_ANSWERED = plain(
    select(*hot.columns(ANSWER, *_KEPT)).where(
        ANSWER.c.token == bindparam("of"), ANSWER.c.key == bindparam("named")
    )
)
_OLD = plain(
    select(ANSWER.c.token).where(ANSWER.c.at < bindparam("before")).limit(literal_column("1"))
)
_FORGET = plain(delete(ANSWER).where(ANSWER.c.at < bindparam("before")))


def _keep(dialect: str) -> object:
    """An answer, in place of one that is too old to count."""
    put = upsert(ANSWER, dialect).values({name: bindparam(name) for name in _KEPT})
    fresh = {name: put.excluded[name] for name in _KEPT if name not in ("token", "key")}
    return put.on_conflict_do_update(
        index_elements=["token", "key"], set_=fresh, where=ANSWER.c.at < bindparam("before")
    ).returning(ANSWER.c.token)


_KEEP = for_each(_keep)


class Tokens:
    """The tokens of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, token: Token) -> int:
        """Keep a new token; returns its number."""
        row = {
            "digest": token.digest,
            "email": token.email,
            "scopes": ";".join(sorted(token.scopes)),
            "label": token.label,
            "made_by": token.made_by,
            "made_at": written(token.made_at),
            "ends_at": written(token.ends_at),
            "revoked_at": written(token.revoked_at),
        }
        self._session.write(_ADD, [row])
        return int(self._session.read(_FIND, {"of": token.digest})[0][0])

    def find(self, digest: str) -> Token | None:
        """The token with this digest, open or ended."""
        rows = self._session.read(_FIND, {"of": digest})
        return _token(rows[0]) if rows else None

    def list(self) -> Sequence[Token]:
        """Every token, the first made first."""
        return tuple(map(_token, self._session.read(_LIST)))

    def revoke(self, number: int, at: datetime) -> bool:
        """End a token; False, and nothing is written, where there is none or it was ended."""
        return bool(self._session.write(_REVOKE, {"of": number, "now": written(at)}).reached)

    def answered(self, token: int, key: str) -> Kept | None:
        """What was answered to a request with this key."""
        rows = self._session.read(_ANSWERED, {"of": token, "named": key})
        if not rows:
            return None
        number, name, request, status, body, at = rows[0]
        return Kept(number, name, request, status, body, moment(at))

    def keep(self, kept: Kept, before: datetime) -> bool:
        """Keep an answer; False where one since `before` is kept under its key."""
        values = {name: getattr(kept, name) for name in _KEPT}
        moments = {"at": written(kept.at), "before": written(before)}
        return bool(self._session.write(_KEEP, {**values, **moments}).rows)

    def has_old(self, before: datetime) -> bool:
        """Whether there are answers from before an instant."""
        return bool(self._session.read(_OLD, {"before": written(before)}))

    def forget(self, before: datetime) -> int:
        """Let go of answers from before an instant; returns how many there were."""
        return self._session.write(_FORGET, {"before": written(before)}).reached


def _token(row: Row) -> Token:
    number, digest, email, scopes, label, made_by, made, ends, revoked = row
    known = number, digest, email, frozenset(scopes.split(";")), label, made_by
    return Token(*known, moment(made), moment(ends), read(revoked))
