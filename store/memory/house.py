"""A house's store in memory, and its units of work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from engine import authenticators, bonds, case_ports, health, mail_ports, ports, tokens, visits
from engine.case import Step
from engine.keyring import Secret
from store.memory.authenticators import Authenticators
from store.memory.bonds import Bonds
from store.memory.cases import Cases, keep
from store.memory.codes import Codes, Feeds
from store.memory.duty import Duty
from store.memory.letters import Letters
from store.memory.library import Library
from store.memory.outbox import Outbox
from store.memory.people import People
from store.memory.picture import Ground, Pages
from store.memory.pulse import Pulse
from store.memory.tokens import Tokens
from store.memory.visits import Visits
from store.refusals import real_time_only


class MemoryUnit:
    """One unit of work; leaving it without a commit keeps nothing."""

    def __init__(self, ground: Ground) -> None:
        self._pages = Pages(ground)

    @property
    def cases(self) -> case_ports.Cases:
        return Cases(self._pages)

    @property
    def outbox(self) -> mail_ports.Outbox:
        return Outbox(self._pages)

    @property
    def library(self) -> ports.Library:
        return Library(self._pages)

    @property
    def people(self) -> ports.People:
        return People(self._pages)

    @property
    def letters(self) -> mail_ports.Letters:
        return Letters(self._pages)

    @property
    def duty(self) -> ports.Duty:
        return Duty(self._pages)

    @property
    def pulse(self) -> health.Pulse:
        return Pulse(self._pages)

    @property
    def visits(self) -> visits.Visits:
        return Visits(self._pages)

    @property
    def codes(self) -> mail_ports.Codes:
        return Codes(self._pages)

    @property
    def feeds(self) -> mail_ports.Feeds:
        return Feeds(self._pages)

    @property
    def tokens(self) -> tokens.Tokens:
        return Tokens(self._pages)

    @property
    def authenticators(self) -> authenticators.Authenticators:
        return Authenticators(self._pages)

    @property
    def bonds(self) -> bonds.Bonds:
        return Bonds(self._pages)

    def keep(self, step: Step) -> None:
        """Write a step. Errors: Stale where the case is no longer at the revision it began from."""
        try:
            keep(self._pages, step)
        except Exception as fault:
            raise self._pages.failed(fault) from None

    def commit(self) -> None:
        """Show everything written so far to everybody."""
        self._pages.commit()

    def rollback(self) -> None:
        self._pages.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pages.leave()


class MemoryStore:
    """A house's store in memory; one of these serves every thread of a process."""

    def __init__(
        self,
        secret: Secret,
        practice: bool = True,
        area: str = "",
        mail_domain: str = "mail.example",
    ) -> None:
        self._ground = Ground(area, mail_domain)
        self._secret = secret
        self._practice = practice

    def begin(self) -> MemoryUnit:
        return MemoryUnit(self._ground)

    @property
    def secret(self) -> Secret:
        return self._secret

    @property
    def mail_domain(self) -> str:
        return self._ground.mail_domain

    @property
    def area(self) -> str:
        return self._ground.area

    @property
    def practice(self) -> bool:
        return self._practice

    def practice_now(self) -> datetime | None:
        """The hand-set time of a practice house; None where it keeps real time."""
        return self._ground.committed.house.practice_now

    def set_practice_now(self, now: datetime) -> None:
        """Set the time of a practice house. Errors: Refused in any other."""
        if not self._practice:
            raise real_time_only()
        self._set(practice_now=now)

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        return self._ground.committed.house.hold

    def set_hold(self, hold: bool) -> None:
        self._set(hold=hold)

    def close(self) -> None:
        """There is nothing to give back."""

    def _set(self, **facts: Any) -> None:
        pages = Pages(self._ground)
        picture = pages.to_write()
        picture.house = replace(picture.house, **facts)
        pages.commit()
