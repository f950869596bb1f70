"""A house in a database: making one, opening it, and its own few facts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from engine.errors import HouseDown
from engine.keyring import SHORTEST, Secret
from store import schema, sqlite
from store.connection import Database, file_of, parse, whole
from store.house_tables import HOUSE
from store.instants import read, written
from store.library import Shelves
from store.people import Roll
from store.present import NO_ROW
from store.refusals import house_there, real_time_only
from store.statement import Row, Statement, Values, plain
from store.unit import Unit

_FACTS = plain(select(HOUSE.c.practice, HOUSE.c.mail_domain, HOUSE.c.area))
_NOW = plain(select(HOUSE.c.practice_now, HOUSE.c.hold))
_SET_NOW = plain(update(HOUSE).values(practice_now=bindparam("now")))
_SET_HOLD = plain(update(HOUSE).values(hold=bindparam("held")))

WITHOUT_KEY = (
    "The house's secret is missing or cut short, so who is who cannot be told. Put back the secret"
    " file that was made with the house."
)


class DatabaseStore:
    """A house's store in SQLite or PostgreSQL; one of these serves every thread of a process."""

    def __init__(
        self, database: Database, secret: Secret, area: str = "", mail_domain: str = ""
    ) -> None:
        if min(len(each.key) for each in secret.editions) < SHORTEST:
            raise HouseDown(WITHOUT_KEY)
        self.database = database
        self._secret = secret
        self._practice, first_domain, first_area = self._facts()
        self._mail_domain = mail_domain or first_domain
        self._shelves = Shelves()
        self._roll = Roll(area or first_area)

    def begin(self) -> Unit:
        """A unit of work; it takes a connection when it first needs one."""
        session = self.database.session()
        return Unit(session, self._shelves, self._roll, self._mail_domain)

    @property
    def secret(self) -> Secret:
        return self._secret

    @property
    def mail_domain(self) -> str:
        return self._mail_domain

    @property
    def practice(self) -> bool:
        return self._practice

    @property
    def area(self) -> str:
        return self._roll.area

    def practice_now(self) -> datetime | None:
        """The hand-set time of a practice house; None where it keeps real time."""
        return read(self._row(_NOW)[0])

    def set_practice_now(self, now: datetime) -> None:
        """Set the time of a practice house. Errors: Refused in any other."""
        if not self._practice:
            raise real_time_only()
        self._write(_SET_NOW, {"now": written(now)})

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        return bool(self._row(_NOW)[1])

    def set_hold(self, hold: bool) -> None:
        self._write(_SET_HOLD, {"held": hold})

    def close(self) -> None:
        """Give every idle connection back."""
        self.database.close()

    def _facts(self) -> tuple[bool, str, str]:
        session = self.database.session()
        try:
            schema.check(session)
        finally:
            session.close()
        practice, mail_domain, area = self._row(_FACTS)
        return bool(practice), mail_domain, area

    def _row(self, statement: Statement) -> Row:
        session = self.database.session()
        try:
            rows = session.read(statement)
        finally:
            session.close()
        if not rows:
            raise HouseDown(NO_ROW)
        return rows[0]

    def _write(self, statement: Statement, values: Values) -> None:
        session = self.database.session()
        try:
            session.write(statement, values)
            session.commit()
        finally:
            session.close()


def open_store(url: str, *, secret: Secret, area: str = "", mail_domain: str = "") -> DatabaseStore:
    """Open the house in a database; area and mail_domain replace those it was made with.

    Errors: HouseDown in plain words.
    """
    database = Database(url)
    try:
        return DatabaseStore(database, secret, area, mail_domain)
    except BaseException:
        database.close()
        raise


def create_house(url: str, practice: bool, area: str, mail_domain: str) -> None:
    """Make a house in an empty database; its secret is kept elsewhere, by whoever opens it.

    Errors: Refused where there is a house already; HouseDown.
    """
    parsed = parse(url)
    path = file_of(parsed)
    made = path is not None and sqlite.make_file(path)
    try:
        schema.upgrade(url)
        with whole(parsed) as connection:
            if connection.execute(select(HOUSE.c.id)).first():
                raise house_there()
            connection.execute(insert(HOUSE), _first_row(practice, area, mail_domain))
    except BaseException:
        if path is not None and made:
            sqlite.remove(path)
        raise


def _first_row(practice: bool, area: str, mail_domain: str) -> dict[str, object]:
    return {
        "id": 1,
        "practice": practice,
        "practice_now": None,
        "hold": False,
        "directory_revision": 0,
        "mail_domain": mail_domain,
        "area": area,
        "digested_at": None,
        "rules": None,
        "calendar": None,
    }
