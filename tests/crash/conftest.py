"""A bench on a house of each kind, for all the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.bench import Bench
from tests.crash.premises import found, furnish
from tests.crash.sink import listening


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """A house with four cases in hand, and a mail server that takes all mail but one person's."""
    folder: Path = tmp_path_factory.mktemp("bench")
    url = f"sqlite:///{folder / 'house.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        postgres.empty(url)
        # A process that dies takes no server with it, so no commit need wait for the disk.
        url += "?options=-csynchronous_commit%3Doff"
    with listening(folder / "caught") as sink:
        premises = found(folder / "house", url, sink.port)
        furnish(premises)
        premises.store.close()
        yield Bench(premises, sink)
