"""Take the steps by one engine: `python -m benchmarks.alternatives NAME DATABASE STEPS`.

STEPS is a pickled list of statements for each step, written by the benchmark itself. Prints the
seconds of one step, after WARM others.
"""

from __future__ import annotations

import pickle
import sys
import time
from importlib import import_module
from pathlib import Path

WARM = 10


def main(name: str, database: str, steps: str) -> None:
    """Warm up, and time what is left."""
    sent = pickle.loads(Path(steps).read_bytes())
    with import_module(f"benchmarks.alternatives.by_{name}").prepare(Path(database), sent) as take:
        for number in range(WARM):
            take(number)
        began = time.perf_counter()
        for number in range(WARM, len(sent)):
            take(number)
        print((time.perf_counter() - began) / (len(sent) - WARM))


if __name__ == "__main__":
    main(*sys.argv[1:])
