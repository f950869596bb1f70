"""Progress on standard error, so that long work shows it is going on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# How many are done, of how many; 0 where that is not known.
Step = Callable[[int, int], None]


def _say_nothing(done: int, of: int) -> None:
    """Nobody watches."""


@contextmanager
def bar(title: str, as_json: bool = False) -> Iterator[Step]:
    """A progress bar where somebody watches; silence where a program listens."""
    if as_json or not sys.stderr.isatty():
        yield _say_nothing
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of or None)
