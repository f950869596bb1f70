"""A unit of work: what is read, decided and written together, and kept by one commit.

Rooms that few commands enter are imported when one does: their tables take as long to declare as
a whole case takes to show.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from engine import authenticators, bonds, case_ports, health, mail_ports, ports, tokens, visits
from engine.case import Step
from store.cases import Cases
from store.library import Library, Shelves
from store.outbox import Outbox
from store.people import People, Roll
from store.present import Present
from store.session import Session


class Unit:
    """One unit of work; leaving it without a commit keeps nothing."""

    def __init__(self, session: Session, shelves: Shelves, roll: Roll, mail_domain: str) -> None:
        self._session = session
        self._present = Present(session)
        self._cases = Cases(session, mail_domain)
        self._outbox = Outbox(session, mail_domain)
        self._library = Library(session, self._present, shelves)
        self._people = People(session, self._present, roll)

    @property
    def cases(self) -> case_ports.Cases:
        return self._cases

    @property
    def outbox(self) -> mail_ports.Outbox:
        return self._outbox

    @property
    def letters(self) -> mail_ports.Letters:
        from store.letters import Letters

        return Letters(self._session)

    @property
    def codes(self) -> mail_ports.Codes:
        from store.codes import Codes

        return Codes(self._session)

    @property
    def feeds(self) -> mail_ports.Feeds:
        from store.feeds import Feeds

        return Feeds(self._session)

    @property
    def library(self) -> ports.Library:
        return self._library

    @property
    def people(self) -> ports.People:
        return self._people

    @property
    def duty(self) -> ports.Duty:
        from store.duty import Duty

        return Duty(self._session)

    @property
    def pulse(self) -> health.Pulse:
        from store.pulse import Pulse

        return Pulse(self._session)

    @property
    def visits(self) -> visits.Visits:
        from store.visits import Visits

        return Visits(self._session)

    @property
    def tokens(self) -> tokens.Tokens:
        from store.tokens import Tokens

        return Tokens(self._session)

    @property
    def authenticators(self) -> authenticators.Authenticators:
        from store.authenticators import Authenticators

        return Authenticators(self._session)

    @property
    def bonds(self) -> bonds.Bonds:
        from store.bonds import Bonds

        return Bonds(self._session)

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
