"""A house moves to a new release while it works: a part the old code bears, then the rest."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from engine.errors import HouseDown, Refused
from store import schema
from store.backup import backup
from store.connection import parse, whole
from store.house import open_store
from store.sqlite import make_file
from tests.store.conftest import SECRET
from tests.store.planted import plant
from tests.store.samples import furnish, opening

PARTS = ("pre", "post")
OLD = "0009"  # editions up to here are older than the rule for their numbers
ADDS = 'op.add_column("person", sa.Column("desk", sa.String(), nullable=True))'
TAKES_AWAY = 'op.drop_column("person", "desk")'

Tables = dict[str, dict[str, dict[str, Any]]]


def declared() -> list[tuple[str, str]]:
    """Every edition, oldest first, and its part."""
    first = ScriptDirectory.from_config(schema.config()).get_revision("0001")
    return [(first.revision, first.module.PART), *schema.ahead("0001")]


def unfit(parts: list[tuple[str, str]]) -> list[str]:
    """What is wrong with how migrations are numbered and declared."""
    faults = [f"{edition} declares no part" for edition, part in parts if part not in PARTS]
    for (earlier, _), (edition, part) in pairwise(parts):
        adds = edition.partition(".")[0] == earlier.partition(".")[0]
        if edition > OLD and adds != (part == "pre"):
            faults.append(f"{edition} is numbered as if it were not {part}")
    return faults


def test_every_migration_says_which_part_it_is() -> None:
    """Before: the earlier release goes on working. After: nothing of it may run any more."""
    assert unfit(declared()) == []
    last = max(place for place, (_, part) in enumerate(declared()) if part == "pre")
    assert tuple(edition for edition, _ in declared()[last:]) == schema.EDITIONS


def test_a_migration_that_says_none_or_is_numbered_wrong_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unfit([(OLD, "pre"), ("0009.1", "pre"), ("0010", "post"), ("0010.1", "pre")]) == []
    for edition, part in (("0009.1", "post"), ("0010", "pre"), ("0009.1", "later")):
        assert unfit([(OLD, "pre"), (edition, part)])
    plant(tmp_path, monkeypatch, ("0009.1", "", ADDS))
    with pytest.raises(AttributeError, match="PART"):
        declared()


def tables(url: str) -> Tables:
    """Every column of every table, as the database tells it."""
    with whole(parse(url)) as connection:
        found = inspect(connection)
        return {
            name: {column["name"]: dict(column) for column in found.get_columns(name)}
            for name in found.get_table_names()
        }


def narrowed(before: Tables, after: Tables) -> list[str]:
    """What code that works with the tables before would miss in those after."""
    faults = [f"{name} is gone" for name in before if name not in after]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        faults += [f"{name}.{column} is gone" for column in old if column not in new]
        for column, known in new.items():
            if not known["nullable"] and column not in old and known["default"] is None:
                faults.append(f"{name}.{column} must be given")
            elif column in old and repr(known["type"]) != repr(old[column]["type"]):
                faults.append(f"{name}.{column} holds something else")
            elif column in old and old[column]["nullable"] and not known["nullable"]:
                faults.append(f"{name}.{column} may not be empty any more")
    return faults


def moved(url: str, edition: str) -> list[str]:
    """Move up to an edition; what of the tables before is missed afterwards."""
    before = tables(url)
    schema.upgrade(url, edition)
    return narrowed(before, tables(url))


def test_a_pre_part_takes_nothing_away(empty_url: str) -> None:
    """What stands in a post part does: 0004, 0008 and 0010 ask every row for something new."""
    if empty_url.startswith("sqlite"):
        make_file(Path(parse(empty_url).database or ""))
    found = {edition: moved(empty_url, edition) for edition, _ in declared()}
    assert [edition for edition, faults in found.items() if faults] == ["0004", "0008", "0010"]
    assert all(found[edition] == [] for edition, part in declared() if part == "pre")


@pytest.mark.parametrize(
    "narrowing",
    [
        'op.drop_table("feed")',
        'op.rename_table("feed", "calendar_feed")',
        'op.drop_column("person", "agency")',
        'op.alter_column("lease", "kind", new_column_name="sort")',
        'op.execute("ALTER TABLE tick RENAME COLUMN words TO text")',
        'with op.batch_alter_table("feed") as feed:\n'
        '        feed.add_column(sa.Column("desk", sa.String(), nullable=False))',
        'with op.batch_alter_table("outbox") as outbox:\n'
        '        outbox.alter_column("case", existing_type=sa.String(), nullable=False)',
        'with op.batch_alter_table("answer") as answer:\n'
        '        answer.alter_column("status", type_=sa.BigInteger())',
    ],
)
def test_what_a_pre_part_may_not_do_is_noticed(
    database_url: str, narrowing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is written: the tables are asked, not the text of the migration."""
    plant(tmp_path / "to_come", monkeypatch, ("0010.9", "pre", narrowing))
    assert moved(database_url, "0010.9")


def test_what_a_pre_part_may_do_is_let_through(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new table, a new column that may be empty or has a value, a value that may be empty now."""
    widening = (
        'op.create_table("desk", sa.Column("id", sa.Integer(), primary_key=True))\n    '
        + ADDS
        + '\n    op.add_column("feed", sa.Column("n", sa.Integer(), server_default="1"))\n'
        '    with op.batch_alter_table("feed") as feed:\n'
        '        feed.alter_column("serial", existing_type=sa.Integer(), nullable=True)'
    )
    plant(tmp_path / "to_come", monkeypatch, ("0010.9", "pre", widening))
    assert moved(database_url, "0010.9") == []


def works(url: str, reference: str) -> None:
    """Open the house as a process that starts now, and keep a case in it."""
    store = open_store(url, secret=SECRET)
    try:
        pins = furnish(store)
        with store.begin() as work:
            work.keep(opening(pins, reference))
            work.commit()
    finally:
        store.close()


def part(url: str, of: schema.Part) -> None:
    """One part of a migration, as the command does it."""
    schema.upgrade(url, schema.goal(schema.current(url) or "", of))


def test_the_old_and_the_new_release_work_side_by_side(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two parts both work, started before or now; outside of it one of them refuses."""
    old, new = schema.EDITIONS, ("0010.9", "0011")
    works(database_url, "PL-2026-0001")
    running = open_store(database_url, secret=SECRET)

    plant(tmp_path / "new", monkeypatch, ("0010.9", "pre", ADDS), ("0011", "post", TAKES_AWAY))
    monkeypatch.setattr(schema, "EDITIONS", new)
    why = rf"at edition {re.escape(old[-1])} .* works with 0010\.9 to 0011"
    with pytest.raises(HouseDown, match=why) as down:
        works(database_url, "PL-2026-0002")
    assert "--pre`: what is running can go on" in str(down.value)
    with pytest.raises(Refused, match="the pre part comes first"):
        part(database_url, "post")
    part(database_url, "pre")

    assert schema.current(database_url) == "0010.9"
    assert "`waymark migrate --post`" in schema.still_open("0010.9")
    works(database_url, "PL-2026-0002")
    with monkeypatch.context() as earlier:
        as_the_old_release(earlier, old)
        works(database_url, "PL-2026-0003")
        assert "ready for a later release" in schema.still_open("0010.9")
        with pytest.raises(HouseDown, match="does not know"):
            part(database_url, "post")
    with running.begin() as work:
        assert len(work.cases.references(only_open=True)) == 3

    part(database_url, "post")
    assert schema.current(database_url) == "0011"
    assert schema.still_open("0011") == ""
    works(database_url, "PL-2026-0004")
    running.close()
    with monkeypatch.context() as earlier:
        as_the_old_release(earlier, old)
        with pytest.raises(HouseDown, match="edition 0011, which this release does not know"):
            works(database_url, "PL-2026-0005")


def as_the_old_release(monkeypatch: pytest.MonkeyPatch, editions: tuple[str, ...]) -> None:
    """A release that has never heard of the migrations to come."""
    monkeypatch.setattr(schema, "EDITIONS", editions)
    known = schema.known() - {"0010.9", "0011"}
    monkeypatch.setattr(schema, "known", lambda: known)


def test_the_old_release_makes_no_backup_it_could_not_restore(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is copied as it is; from a server the old release would leave out what it misses."""
    old = schema.EDITIONS
    plant(tmp_path / "new", monkeypatch, ("0010.9", "pre", ADDS))
    schema.upgrade(database_url)
    as_the_old_release(monkeypatch, old)
    if database_url.startswith("sqlite"):
        assert backup(database_url, tmp_path / "kept.backup").cases == 0
        return
    with pytest.raises(HouseDown, match="Install the release that made it"):
        backup(database_url, tmp_path / "kept.backup")
    assert not (tmp_path / "kept.backup").exists()


def test_a_release_too_far_ahead_cannot_be_reached_while_the_old_one_runs(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another release's post part lies between, it is refused with both ways out."""
    now = schema.EDITIONS[-1]
    plant(
        tmp_path / "new",
        monkeypatch,
        ("0010.9", "pre", ADDS),
        ("0011", "post", TAKES_AWAY),
        ("0011.1", "pre", ADDS),
    )
    monkeypatch.setattr(schema, "EDITIONS", ("0011.1",))
    with pytest.raises(Refused, match="edition 0011, on the way") as refused:
        part(database_url, "pre")
    assert "go by the releases between, or stop all" in str(refused.value)
    assert schema.current(database_url) == now
    with pytest.raises(HouseDown) as down:
        works(database_url, "PL-2026-0001")
    assert "--pre" not in str(down.value)
    schema.upgrade(database_url, schema.goal(now, None))
    works(database_url, "PL-2026-0001")
