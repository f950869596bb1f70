"""R1: interrupted at any point whatever, a command leaves a whole house, and can be done again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.bench import Bench
from tests.crash.commands import COMMANDS, Command
from tests.crash.premises import found, furnish
from tests.crash.sink import listening


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """A house of each kind with four cases in hand, and a mail server."""
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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_whose_process_dies_leaves_a_whole_house(bench: Bench, command: Command) -> None:
    import time

    t = time.time()
    cut = bench.die_everywhere(command)
    print(
        "DIE",
        command.name,
        len(cut.points),
        len(cut.states),
        cut.repeats.total(),
        round(time.time() - t, 1),
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_fail(bench: Bench, command: Command) -> None:
    import time

    t = time.time()
    cut = bench.fail_everywhere(command)
    print(
        "FAIL",
        command.name,
        len(cut.points),
        len(cut.states),
        cut.repeats.total(),
        round(time.time() - t, 1),
    )
