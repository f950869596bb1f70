"""A unit of work: what is read, decided and written together, and kept by one commit."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from engine import authenticators, health, ports, tokens, visits
from engine.case import Step
from store.authenticators import Authenticators
from store.cases import Cases
from store.codes import Codes
from store.duty import Duty
from store.feeds import Feeds
from store.letters import Letters
from store.library import Library, Shelves
from store.outbox import Outbox
from store.people import People, Roll
from store.present import Present
from store.pulse import Pulse
from store.session import Session
from store.tokens import Tokens
from store.visits import Visits


class Unit:
    """One unit of work; leaving it without a commit keeps nothing."""

    def __init__(self, session: Session, shelves: Shelves, roll: Roll, mail_domain: str) -> None:
        self._session = session
        self._present = Present(session)
        self._cases = Cases(session, mail_domain)
        self._outbox = Outbox(session, mail_domain)
        self._letters = Letters(session)
        self._codes = Codes(session)
        self._feeds = Feeds(session)
        self._library = Library(session, self._present, shelves)
        self._people = People(session, self._present, roll)
        self._duty = Duty(session)
        self._pulse = Pulse(session)
        self._visits = Visits(session)
        self._tokens = Tokens(session)
        self._authenticators = Authenticators(session)

    @property
    def cases(self) -> ports.Cases:
        return self._cases

    @property
    def outbox(self) -> ports.Outbox:
        return self._outbox

    @property
    def letters(self) -> ports.Letters:
        return self._letters

    @property
    def codes(self) -> ports.Codes:
        return self._codes

    @property
    def feeds(self) -> ports.Feeds:
        return self._feeds

    @property
    def library(self) -> ports.Library:
        return self._library

    @property
    def people(self) -> ports.People:
        return self._people

    @property
    def duty(self) -> ports.Duty:
        return self._duty

    @property
    def pulse(self) -> health.Pulse:
        return self._pulse

    @property
    def visits(self) -> visits.Visits:
        return self._visits

    @property
    def tokens(self) -> tokens.Tokens:
        return self._tokens

    @property
    def authenticators(self) -> authenticators.Authenticators:
        return self._authenticators

    def keep(self, step: Step) -> None:
        """Write a step: the only writer of cases, events, deadlines, tasks and owed messages.

        Errors: Stale where the case is no longer at the revision the step began from.
        """
        self._cases.keep(step)

    def commit(self) -> None:
        """Make everything written so far last. Errors: HouseDown; then nothing was kept."""
        self._session.commit()
        self._over()

    def rollback(self) -> None:
        self._session.rollback()
        self._over()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
        self._over()

    def _over(self) -> None:
        self._present.forget()
        self._people.over()
