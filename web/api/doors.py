"""Every endpoint of the API as a door: where it is, which scope opens it, and what it takes.

An endpoint that is not declared is not served, and none can be declared without a scope. What is
declared here is also what the description of the API is written from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from engine.casework import Caller, House
from engine.errors import Refused
from engine.reading import Reading
from engine.roles import Actor
from engine.situation import Situation
from engine.tokens import SCOPES, Token
from store.refusals import no_case
from web.api.fields import Field
from web.reading import readable
from workflows.wiring import Premises

ROOT = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the house, whose token came with it, and what was given.

    body is what was sent, given the same as its fields read it, seen the revision it was sent for.
    """

    premises: Premises
    token: Token
    actor: Actor
    request: Request
    body: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    seen: int | None = None

    @property
    def caller(self) -> Caller:
        """Who acts, for the record: the person, and which token it was."""
        return Caller(self.actor.email, self.token.account)

    @property
    def house(self) -> House:
        """The house, at the revision that was looked at, in a dry run where one was asked for."""
        return replace(self.premises.house, dry_run=self.is_dry, seen=self.seen)

    @property
    def is_dry(self) -> bool:
        return flag(self.query, "dry_run")

    @property
    def path(self) -> Mapping[str, str]:
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def root(self) -> str:
        """Where the API begins, as the caller wrote it."""
        return str(self.request.scope.get("root_path", "")).rstrip("/")

    def case(self, reference: str = "") -> tuple[Situation, Reading]:
        """A case as this person may read it. Errors: Absent, as of one that is not there."""
        return readable(self.premises.house, self.actor, reference or self.path["ref"])

    def whole_case(self, reference: str = "") -> Situation:
        """A case this person may read whole, as whoever does something must. Errors: Absent."""
        situation, allowed = self.case(reference)
        if allowed is not Reading.WHOLE:
            raise no_case()
        return situation


Answer = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Query:
    """Something an address may carry behind its question mark."""

    name: str
    words: str
    schema: Mapping[str, Any]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """One endpoint: its address, its method, the scope that opens it, and what answers.

    shape names what it answers with, in the description; created that it makes something new.
    """

    path: str
    method: str
    name: str
    scope: str
    summary: str
    answer: Answer
    shape: str
    fields: tuple[Field, ...] = ()
    query: tuple[Query, ...] = ()
    created: bool = False

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise ValueError(f"{self.path}: which scope opens it is not declared")


def flag(query: Mapping[str, str], name: str) -> bool:
    """Read a yes or no behind the question mark. Errors: Refused."""
    value = query.get(name, "false").lower()
    if value not in ("true", "false"):
        raise Refused([f"{name} is true or false"])
    return value == "true"
