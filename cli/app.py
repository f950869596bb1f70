"""The command line: `waymark`. A stop at any moment ends in words, so all else is imported late."""

from __future__ import annotations

import contextlib
import gc
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
        with contextlib.suppress(OSError):
            print(AGAIN, file=sys.stderr, flush=True)
    return code


def main() -> None:
    """The `waymark` command."""
    # A command lives for a moment: looking for garbage while it imports costs a tenth of that.
    gc.set_threshold(50_000)
    # Nor does pydantic need to ask every package installed whether it would change pydantic.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        from cli.output import hang_up

        hang_up()
    # What is left goes with the process: looking through all of it first takes a fifth of the time.
    gc.freeze()
    sys.exit(code)
