"""The test of the tests: put seeded bugs into a copy of the product and see whether tests fail.

`python -m tests.mutants --seed 1 --number 200` draws that many bugs over engine/, store/ and
notifications/ in proportion to their code, and runs for each the tests that run its line. The
tables go to standard output, progress to standard error. Exit 1 where a folder misses its share.
--first and --last take a part of them, whose shares are for whoever adds the parts up.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.mutants.judging import FOLDERS
from tests.mutants.making import Mutant, drawn, places
from tests.mutants.trying import KILLED, SURVIVED, Bench, Verdict

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("explained.toml")
SHARES = {"engine": 0.9, "store": 0.8, "notifications": 0.8}

Tried = tuple[Mutant, Verdict]
Slot = tuple[str, int]  # a folder, and which of its bugs
Change = tuple[str, str, str]  # a file, and a line of it before and after


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other bugs")
    parser.add_argument("--number", type=int, default=200, help="bugs in all")
    parser.add_argument("--first", type=int, default=1, help="from this bug on")
    parser.add_argument("--last", type=int, help="up to this bug, and no verdict on the whole")
    parser.add_argument("--folder", action="append", choices=FOLDERS, help="only there")
    parser.add_argument("--keep", type=Path, help="a folder for the copy, used again next time")
    asked = parser.parse_args()
    # Begun in the background of a script, it would hand on to every test that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as passing:
        print(
            "copying, and running once the tests that changed since, on the product as it is",
            file=sys.stderr,
        )
        bench = Bench(ROOT, asked.keep or Path(passing))
        print(f"{len(bench.judges.seconds)} tests pass, and judge", file=sys.stderr, flush=True)
        slots = spread(bench, asked.number, asked.folder or list(FOLDERS))
        tried = list(trials(bench, asked.seed, slots, asked.first, asked.last or len(slots)))
    missed = report(tried)
    print(", ".join(shares(tried)))
    return 0 if asked.last else missed


def quotas(number: int, sizes: dict[str, int]) -> dict[str, int]:
    """Share a number out in proportion to sizes, the largest remainders rounded up."""
    exact = {folder: number * size / sum(sizes.values()) for folder, size in sizes.items()}
    shares = {folder: int(share) for folder, share in exact.items()}
    for folder in sorted(exact, key=lambda f: shares[f] - exact[f])[
        : number - sum(shares.values())
    ]:
        shares[folder] += 1
    return shares


def spread(bench: Bench, number: int, folders: list[str]) -> list[Slot]:
    """The bugs in the order they are tried: each folder's share spread over the whole."""
    sizes = {folder: len(places(bench.copy, folder)) for folder in folders}
    found = [
        ((nth + 0.5) / quota, folder, nth)
        for folder, quota in quotas(number, sizes).items()
        for nth in range(quota)
    ]
    return [(folder, nth) for _, folder, nth in sorted(found)]


def trials(bench: Bench, seed: int, slots: list[Slot], first: int, last: int) -> Iterator[Tried]:
    """Try the bugs from one number to another; one that cannot be imported is drawn again."""
    chosen, known = slots[first - 1 : last], explanations()
    bench.control(next(drawn(bench.copy, places(bench.copy, chosen[0][0]), seed)))
    for folder in dict(chosen):
        wanted = [nth for home, nth in chosen if home == folder]
        ways = places(bench.copy, folder)
        alive = (m for m in drawn(bench.copy, ways, seed) if bench.can_be_imported(m))
        for nth, mutant in zip(wanted, islice(alive, wanted[0], wanted[-1] + 1), strict=True):
            # It counts as not found, and so need not be tried.
            reason = known.get((mutant.file, mutant.before, mutant.after))
            verdict = Verdict(SURVIVED, "explained", 0.0) if reason else bench.try_on(mutant)
            where = f"{folder} {nth + 1}, up to {wanted[-1] + 1}"
            print(f"[{where}] {told(mutant, verdict)}", file=sys.stderr, flush=True)
            yield mutant, verdict


def shares(tried: list[Tried]) -> Iterator[str]:
    """How many of each folder's bugs were killed, as "engine 9/10"."""
    for folder in FOLDERS:
        own = [v.outcome == KILLED for m, v in tried if m.file.startswith(f"{folder}/")]
        if own:
            yield f"{folder} {sum(own)}/{len(own)}"


def told(mutant: Mutant, verdict: Verdict) -> str:
    where = f"{mutant.file}:{mutant.line} {mutant.operator}"
    return f"{verdict.outcome} {where} ({verdict.by}; {verdict.seconds:.0f} s)"


def report(tried: list[Tried]) -> int:
    """Print the table and the survivors; 1 where a folder misses its share."""
    known = explanations()
    print("| folder | mutants | killed | survived | explained | killed, % | goal, % |")
    print("|---|---|---|---|---|---|---|")
    missed = [folder for folder in FOLDERS if not _row(folder, tried, known)]
    for mutant, verdict in tried:
        if verdict.outcome == SURVIVED:
            reason = known.get((mutant.file, mutant.before, mutant.after), "NOT EXPLAINED")
            print(f"\n{mutant.file}:{mutant.line} {mutant.operator} ({verdict.by})")
            print(f"  - {mutant.before}\n  + {mutant.after}\n  {reason}")
    for file, line, _ in (key for key in known if not _still_there(*key[:2])):
        print(f"\n{file}: no longer has the line explained: {line}")
    return 1 if missed else 0


def _row(folder: str, tried: list[Tried], known: dict[Change, str]) -> bool:
    """Print a folder's line of the table; False where it misses its share."""
    own = [(m, v) for m, v in tried if m.file.startswith(f"{folder}/")]
    if not own:
        return True
    killed = sum(v.outcome == KILLED for _, v in own)
    survived = [(m.file, m.before, m.after) for m, v in own if v.outcome == SURVIVED]
    explained, share = sum(key in known for key in survived), killed / len(own)
    print(
        f"| {folder} | {len(own)} | {killed} | {len(survived)} | {explained}"
        f" | {100 * share:.1f} | {100 * SHARES[folder]:.0f} |"
    )
    return share >= SHARES[folder]


def explanations() -> dict[Change, str]:
    """Why a mutant may survive: it means the same, or what it breaks cannot be seen."""
    rows = tomllib.loads(EXPLAINED.read_text("utf-8")).get("mutant", [])
    return {(row["file"], row["line"], row["change"]): row["reason"] for row in rows}


def _still_there(file: str, line: str) -> bool:
    path = ROOT / file
    return path.exists() and line in path.read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
