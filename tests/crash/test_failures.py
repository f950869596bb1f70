"""A database that fails at any statement: what is said is true, and the same process goes on.

SQLite cannot read its disk; PostgreSQL's connection breaks, also when the work was kept already and
only the answer is lost.
"""

from __future__ import annotations

import pytest

from tests.crash.bench import Bench
from tests.crash.commands import OTHER_WAYS, Command


@pytest.mark.parametrize("command", OTHER_WAYS, ids=lambda command: command.name)
def test_a_command_on_a_database_that_fails_can_be_done_again(
    bench: Bench, command: Command
) -> None:
    """Nobody is told that nothing was saved where something was, and no message is left behind."""
    cut = bench.fail_everywhere(command)
    print(f"{command.name}: {len(cut.points)} points, {cut.repeats.total()} mails repeated")
    assert ("before COMMIT" in cut.points) or not command.changes
    assert len(cut.points) > 6
