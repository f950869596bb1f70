"""Progress on standard error, so that long work shows it is going on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[int, int], None]


@contextmanager
def bar(title: str, as_json: bool = False) -> Iterator[Step]:
    """A progress bar where somebody watches; silence where a program listens."""
    if as_json or not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where a person watches
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
