"""What the house works with are values: what was accepted or said is never altered in place."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

# What changes while one piece of work is done, and is thrown away or stored after it.
WORKING = {
    "engine.satisfiable._Alternative",
    "engine.satisfiable._Search",
    "store.memory.picture.Ground",
    "store.present.Present",
    "store.session.Waits",
}
# Made once for the check of one declaration, and seen by nobody else.
LOOSE = {"engine.draft.Names"}


def records(package: str) -> Iterator[tuple[str, Any]]:
    """Every class of a package that is declared as a list of fields."""
    path = importlib.import_module(package).__path__
    for found in pkgutil.walk_packages(path, f"{package}."):
        if ".migrations" in found.name:  # Alembic alone can import these
            continue
        for name, kind in vars(importlib.import_module(found.name)).items():
            own = inspect.isclass(kind) and kind.__module__ == found.name
            if own and dataclasses.is_dataclass(kind):
                yield f"{found.name}.{name}", kind


@pytest.mark.parametrize("package", ["engine", "store", "notifications"])
def test_what_is_handed_out_cannot_be_altered(package: str) -> None:
    """A fact, a date or a message stays as it was made; only what gathers a list changes."""
    open_ones = {name: kind for name, kind in records(package) if not _frozen(kind)}
    assert {name for name, kind in open_ones.items() if not _gathers(kind)} <= WORKING


@pytest.mark.parametrize("package", ["engine", "store", "notifications"])
def test_nothing_can_be_hung_on_what_is_handed_out(package: str) -> None:
    """A record has the fields it declares and no others, save answers it keeps once worked out."""
    loose = {name: kind for name, kind in records(package) if "__slots__" not in vars(kind)}
    keeping = {n for n, k in loose.items() if any(map(_kept, vars(k).values()))}
    assert set(loose) - LOOSE == keeping


def _frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen)


def _gathers(kind: Any) -> bool:
    return any(str(field.type).startswith(("list[", "dict[")) for field in dataclasses.fields(kind))


def _kept(member: object) -> bool:
    return isinstance(member, cached_property)
