"""Something that is done again and again while a test does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def meanwhile(work: Callable[[], None], every: float) -> Iterator[None]:
    """Do it every so many seconds until we leave. Errors: that of the work, which ended it."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(every):
            work()

    with ThreadPoolExecutor(1) as alone:
        done = alone.submit(go_on)
        try:
            yield
        finally:
            over.set()
        done.result()
