"""The tables of the API: who holds a token, and what was answered to a request that is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint

from store.columns import Table, instant, instant_or_none, numbered, primary


class TokenRow(Table, table=True):
    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("digest"),)
    id: int | None = numbered()
    digest: str
    email: str
    scopes: str
    label: str
    made_by: str
    made_at: datetime = instant()
    ends_at: datetime = instant()
    revoked_at: datetime | None = instant_or_none()


class AnswerRow(Table, table=True):
    __tablename__ = "answer"
    token: int = primary("token.id")
    key: str = primary()
    request: str
    status: int
    body: str
    at: datetime = instant()


TOKEN = Table.metadata.tables["token"]
ANSWER = Table.metadata.tables["answer"]
