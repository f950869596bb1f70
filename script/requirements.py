"""What the project asks for: its pins, its lock, and all that its requirements come to here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "constraints.txt"
LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
# pip-api asks for pip itself; whichever pip made the environment is the right one.
UNPINNED = {"pip"}

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!]+)")
_LOCKED = re.compile(_PIN.pattern + r'(?: ; ([a-z_]+ [>=]+ "[a-z0-9.]+"))?')
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(path: Path = PINS) -> dict[str, str]:
    """Read pinned versions by name; ValueError where a line is not a plain name==version."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            match = _PIN.fullmatch(line)
            if not match:
                raise ValueError(f"not a plain name==version: {line!r}")
            found[canonicalize_name(match[1])] = match[2]
    return found


def locked(path: Path) -> dict[str, str]:
    """Read locked versions by name; ValueError where a line is none, or has no hash."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").replace(" \\\n    ", " ").splitlines():
        if line and not line.startswith("#"):
            words, *hashes = line.split(" --hash=")
            match = _LOCKED.fullmatch(words)
            if not match or not hashes or not all(_HASH.fullmatch(f"--hash={h}") for h in hashes):
                raise ValueError(f"not a locked version: {line[:80]!r}")
            found[canonicalize_name(match[1])] = match[2]
    return found


def project() -> dict[str, Any]:
    """Read the table [project] of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(settings["project"])


def closure(texts: Iterable[str]) -> set[str]:
    """Follow every requirement, with its extras, as far as it goes on this machine."""
    waiting = [Requirement(text) for text in texts]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        for extra in {"", *wanted.extras}:
            key = (canonicalize_name(wanted.name), extra)
            if key not in seen:
                seen.add(key)
                waiting += needed(wanted.name, extra)
    return {name for name, _ in seen} - UNPINNED


def needed(name: str, extra: str = "") -> list[Requirement]:
    """List what an installed distribution asks for here, under one of its extras."""
    wanted = [Requirement(text) for text in distribution(name).requires or []]
    return [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})]


def runtime(without: str = "") -> set[str]:
    """Name every package Waymark runs with; those that only one of its own requirements asks for
    can be left out."""
    return closure(t for t in project()["dependencies"] if Requirement(t).name != without)


def development() -> set[str]:
    """Name every package that script/setup installs."""
    return closure(project()["dependencies"] + project()["optional-dependencies"]["dev"])
