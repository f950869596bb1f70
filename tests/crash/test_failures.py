"""Whatever the statement or commit at which its database fails, a command leaves a whole house.

The same process goes on, and the command done again there ends as if nothing had happened.
"""

from __future__ import annotations

import pytest

from tests.crash.bench import Bench
from tests.crash.commands import ALWAYS, COMMANDS, Command
from tests.faults.rows import file_of

LOST = "after COMMIT"  # kept, and the answer to it never came
DECISIONS = [command for command in COMMANDS if command.again != ALWAYS]


def _name(command: Command) -> str:
    return command.name


@pytest.mark.parametrize("command", COMMANDS, ids=_name)
def test_a_command_whose_database_fails_leaves_a_whole_house(
    bench: Bench, command: Command
) -> None:
    """At every statement and commit: the person is told, nothing is half written, work goes on."""
    cut = bench.fail_everywhere(command)
    print(f"{command.name}: {len(cut.points)} points, {cut.repeats.total()} mails repeated")
    assert any("BEGIN" in point for point in cut.points)
    assert not command.changes or "before COMMIT" in cut.points
    assert set(cut.untrue) <= {LOST}


@pytest.mark.parametrize("command", DECISIONS, ids=_name)
def test_nobody_is_told_that_what_was_saved_was_not(bench: Bench, command: Command) -> None:
    """Where a commit is kept and the answer to it is lost, a person is told to look, not that."""
    served = file_of(bench.url) is None
    cut = bench.fail_everywhere(command, LOST)
    assert bool(cut.points) == served
    assert cut.untrue == []
