"""Plays the year of one seed and tells it: `python -m tests.simulation 4711`; 1 on a finding."""

from __future__ import annotations

import sys

from tests.simulation.year import Year


def main(arguments: list[str]) -> int:
    """Tell the year of the seed given, and what was found in it."""
    year = Year(int(arguments[0])).live()
    print(*year.log, sep="\n")
    print(*(f"{times:6} {what}" for what, times in sorted(year.met.items())), sep="\n")
    print(*(f"{times:6} {what}" for what, times in sorted(year.counts.items())), sep="\n")
    print(f"All of it in one line: {year.digest}")
    verdict = f"{len(year.found)} findings" if year.found else "everything holds"
    print(f"Seed {year.seed}: {verdict}.", *(f"  - {words}" for words in year.found), sep="\n")
    return 1 if year.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
