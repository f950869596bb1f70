"""A bench on a house of each kind, for all the tests of a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.bench import Bench
from tests.crash.premises import found, furnish
from tests.crash.sink import listening
from tests.faults.rows import kept

# A process that dies takes neither disk nor server with it, so no commit here waits for the disk.
MEMORY = Path("/dev/shm")
AT_ONCE = "?options=-csynchronous_commit%3Doff"


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder in memory where the machine has one, and on disk elsewhere."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def bench(request: pytest.FixtureRequest, memory: Path) -> Iterator[Bench]:
    """A house with four cases in hand, and a mail server that takes all mail but one person's."""
    folder = memory / request.param
    folder.mkdir()
    url = f"sqlite:///{folder / 'house.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        postgres.empty(url)
        url += AT_ONCE
    # One kind is mailed from with commands that go together, the other with one after another.
    with listening(folder / "caught", pipelining=request.param == "sqlite") as sink:
        premises = found(folder / "house", url, sink.port)
        furnish(premises)
        premises.store.close()
        with kept(url):
            yield Bench(premises, sink)
