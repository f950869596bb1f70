"""The statements of every step and every sweep, built from the tables once for each database."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from engine.outbox import AWAY
from store.case_tables import CASE, DEADLINE, EVENT, IDENTITY, NUMBER, TASK
from store.codec import CASE_COLUMNS, DEADLINE_COLUMNS, EVENT_COLUMNS, TASK_COLUMNS
from store.house_tables import HOUSE
from store.mail_tables import ATTEMPT, OUTBOX
from store.part_tables import PART
from store.statement import (
    Statement,
    for_each,
    insert,
    insert_or_leave,
    insert_or_replace,
    plain,
    upsert,
)


def columns(table: Table, *names: str) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _of_case(table: Table, *names: str) -> Select[Any]:
    return select(*columns(table, *names)).where(table.c.case == bindparam("reference"))


# What a unit of work must know about its house.
HOUSE_NOW = plain(select(HOUSE.c.directory_revision, HOUSE.c.rules, HOUSE.c.calendar))
# Held until the step is committed: a calendar proclaimed meanwhile waits for it, or it for that.
CALENDAR_NOW = plain(select(HOUSE.c.calendar).with_for_update(read=True))
HOLD_CALENDAR = plain(update(HOUSE).values(calendar=HOUSE.c.calendar))

# Reading one case.
CASE_ROW = plain(
    select(*columns(CASE, *CASE_COLUMNS)).where(CASE.c.reference == bindparam("reference"))
)
REVISION = plain(select(CASE.c.revision).where(CASE.c.reference == bindparam("reference")))
TASKS = plain(_of_case(TASK, *TASK_COLUMNS).order_by(TASK.c.place, TASK.c.id))
DEADLINES = plain(
    _of_case(DEADLINE, *DEADLINE_COLUMNS).order_by(
        DEADLINE.c.place, DEADLINE.c.key, DEADLINE.c.task, DEADLINE.c.cycle
    )
)
IDENTITIES = plain(_of_case(IDENTITY, "fact", "value").order_by(IDENTITY.c.fact))
EVENTS = plain(_of_case(EVENT, *EVENT_COLUMNS).order_by(EVENT.c.sequence))

# Keeping one step. What a step leaves as it was about a case is not written again, and neither is
# any index over it.
_STEPS = ("revision", "sequence", "seal", "episode", "state")
OPEN_CASE = insert_or_leave(CASE, ["reference"])


@cache
def move_case(changed: tuple[str, ...]) -> Statement:
    """Moves a case on from a revision, with these columns beside those of every step."""
    return plain(
        update(CASE)
        .where(CASE.c.reference == bindparam("of"), CASE.c.revision == bindparam("seen"))
        .values({name: bindparam(name) for name in (*_STEPS, *changed)})
    )


ADD_EVENT = insert(EVENT)
PUT_TASK = insert_or_replace(TASK)
PUT_DEADLINE = insert_or_replace(DEADLINE)
PUT_IDENTITY = insert_or_replace(IDENTITY)
PUT_PART = insert_or_leave(PART, ["who", "case"])
OWE = insert_or_leave(OUTBOX, ["case", "anchor", "recipient"], without=["id"])

# Numbers for references: the row is locked until the case with the number is kept, or is not.
NEXT_NUMBER = for_each(
    lambda dialect: (
        upsert(NUMBER, dialect)
        .values(prefix=bindparam("prefix"), year=bindparam("year"), last=literal_column("1"))
        .on_conflict_do_update(
            index_elements=["prefix", "year"], set_={"last": NUMBER.c.last + literal_column("1")}
        )
        .returning(NUMBER.c.last)
    )
)

# What the watch must look at: the index holds these deadlines and no others.
_LONGEST_WAITING = func.min(DEADLINE.c.look_at)
DUE = plain(
    select(DEADLINE.c.case)
    .where(DEADLINE.c.look_at.is_not(None), DEADLINE.c.look_at <= bindparam("by"))
    .group_by(DEADLINE.c.case)
    .order_by(_LONGEST_WAITING, DEADLINE.c.case)
    .limit(bindparam("most"))
)

# Messages. The words of a state stand in the text itself, or the index of owed ones is not used.
OWED: ColumnElement[str] = literal_column("'owed'")
MESSAGE_COLUMNS = (
    "id", "case", "anchor", "kind", "recipient", "role", "urgent", "about", "message_id", "owed_at",
    "state", "tries", "next_at", "last_words", "not_before",
)  # fmt: skip
_CLAIMED = {"owed_at": "patience_from"}
_HELD = select(HOUSE.c.id).where(HOUSE.c.hold.is_(True)).exists()
HELD = plain(select(HOUSE.c.hold))
_READY = (
    select(OUTBOX.c.id)
    .where(
        OUTBOX.c.state == OWED,
        OUTBOX.c.urgent == bindparam("urgent"),
        or_(
            OUTBOX.c.next_at.is_(None),
            OUTBOX.c.next_at <= bindparam("now"),
            OUTBOX.c.next_at > bindparam("too_far"),
        ),
        or_(
            OUTBOX.c.not_before.is_(None),
            OUTBOX.c.not_before <= bindparam("now"),
            OUTBOX.c.not_before > bindparam("no_rest"),
        ),
        or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= bindparam("now")),
        ~_HELD,
    )
    .order_by(OUTBOX.c.owed_at, OUTBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("ready")
)
# A courier reckons with the instant patience began, which is later than the first owing where a
# person has released the message since.
CLAIM = plain(
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(select(_READY.c.id)))
    .values(lease_until=bindparam("until"), lease_by=bindparam("courier"))
    .returning(*columns(OUTBOX, *(_CLAIMED.get(name, name) for name in MESSAGE_COLUMNS)))
)
_LEASED = (
    OUTBOX.c.id == bindparam("of"),
    OUTBOX.c.state == OWED,
    OUTBOX.c.lease_by == bindparam("courier"),
)
LEASED = plain(select(OUTBOX.c.tries, OUTBOX.c.patience_from).where(*_LEASED).with_for_update())
SETTLE = plain(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("of"))
    .values(
        state=bindparam("state"),
        tries=bindparam("tries"),
        next_at=bindparam("next_at"),
        last_words=bindparam("last_words"),
        lease_until=null(),
        lease_by=null(),
    )
)
DROP = plain(
    update(OUTBOX)
    .where(*_LEASED)
    .values(
        state=bindparam("to"),
        last_words=bindparam("words"),
        next_at=null(),
        lease_until=null(),
        lease_by=null(),
    )
)
LET_GO = plain(update(OUTBOX).where(*_LEASED).values(lease_until=null(), lease_by=null()))
_TRIES = ATTEMPT.alias("tries")
_LAST_TRY = (
    select(func.max(_TRIES.c.id))
    .where(_TRIES.c.outbox == OUTBOX.c.id)
    .correlate(OUTBOX)
    .scalar_subquery()
)
_FOUND_NOBODY = or_(*(ATTEMPT.c.moment == literal_column(f"'{each}'") for each in sorted(AWAY)))
HASTEN = plain(
    update(OUTBOX)
    .where(
        OUTBOX.c.state == OWED,
        OUTBOX.c.next_at > bindparam("now"),
        OUTBOX.c.lease_by.is_(None),
        select(ATTEMPT.c.id).where(ATTEMPT.c.id == _LAST_TRY, _FOUND_NOBODY).exists(),
    )
    .values(next_at=bindparam("now"))
)
FREE = plain(
    update(OUTBOX)
    .where(OUTBOX.c.state == OWED, OUTBOX.c.lease_by == bindparam("courier"))
    .values(lease_until=null(), lease_by=null())
)
ADD_ATTEMPT = insert(ATTEMPT, without=["id"])
