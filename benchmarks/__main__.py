"""Run every benchmark, or those named, and print one table: python -m benchmarks [step show ...]"""

from __future__ import annotations

import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.tables import Row, lines

NAMES = (
    "step",
    "engines",
    "sweep",
    "reads",
    "show",
    "message",
    "delivery",
    "hosts",
    "pages",
    "serve",
)


def main(wanted: list[str]) -> None:
    """Measure and print; the figures are ratios, so they hold on another machine."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        for name in wanted or NAMES:
            print(f"measuring {name} ...", file=sys.stderr)
            rows += import_module(f"benchmarks.{name}").measure(Path(folder))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%d %B %Y}, {machine}")
    print("\n".join(lines(rows)))


if __name__ == "__main__":
    main(sys.argv[1:])
