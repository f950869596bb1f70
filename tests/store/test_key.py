"""The secret key of a house: one that was cut short opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import HouseDown
from engine.keyring import Secret
from store.house import create_house, open_store

LENGTH = 32  # bytes


def test_a_key_a_byte_short_does_not_open_a_house(tmp_path: Path) -> None:
    """Digests made with the wrong key would match nothing that was recorded before."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    create_house(url, True, "Northmoor", "mail.example")
    with pytest.raises(HouseDown, match="cut short"):
        open_store(url, secret=Secret.of(b"k" * (LENGTH - 1)))
    open_store(url, secret=Secret.of(b"k" * LENGTH)).close()
