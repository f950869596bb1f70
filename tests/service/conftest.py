"""A practice house for each test, as the tests of commands have it."""

from __future__ import annotations

from tests.cli.conftest import catcher, furnished, house, no_house_from_outside

__all__ = ["catcher", "furnished", "house", "no_house_from_outside"]
