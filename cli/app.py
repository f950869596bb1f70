"""The command line: one place where refusals, wrong usage and faults become words and codes.

The commands are imported only inside run(), so that a stop at any moment ends in words.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from cli.codes import STOPPED

AGAIN = "Stopped. What was under way is kept whole or not at all; `waymark show` tells which."


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code and prints whatever went wrong in words."""
    try:
        from cli.commands import carry_out

        code = carry_out(arguments)
    except KeyboardInterrupt:
        code = STOPPED
    if code == STOPPED:
        print(AGAIN, file=sys.stderr)
    return code


def main() -> None:
    """The `waymark` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        _close_output()
    sys.exit(code)


def _close_output() -> None:
    """Nobody reads any more: what is left to say goes nowhere, and quietly."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
