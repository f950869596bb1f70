"""R1: whatever the point at which its process dies, a command leaves a whole house.

The house is opened again without help, and the command done again ends as if nothing had happened.
"""

from __future__ import annotations

import pytest

from tests.crash.bench import Bench
from tests.crash.commands import COMMANDS, Command

KEPT, TAKEN_BACK = {"before COMMIT", "after COMMIT"}, {"before rollback"}
# Each moment of the dialogue at which a courier can die, as often as it comes.
SPOKEN = {
    "before connecting to the mail server",
    "after the answer to connecting",
    *(f"before sending {verb}" for verb in ("EHLO", "MAIL", "QUIT")),
    *(f"after the answer to {verb}" for verb in ("EHLO", "MAIL", "RCPT", "DATA", "QUIT")),
    *(f"{when} sending dot" for when in ("before", "after")),
    "after the answer to dot",
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_that_dies_leaves_a_whole_house(bench: Bench, command: Command) -> None:
    """At every statement, commit and rollback, and at every SMTP command, without exception."""
    cut = bench.die_everywhere(command)
    print(f"{command.name}: {len(cut.points)} points, {cut.repeats.total()} mails repeated")
    assert set(cut.points) >= (KEPT if command.changes else TAKEN_BACK)
    assert set(cut.points) >= (SPOKEN if command.name == "deliver" else set())
    assert len(cut.states) >= 1 + command.changes
