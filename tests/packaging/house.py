"""Where the project's own files are, for the tests about its packaging."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "workflows", "notifications", "store", "config", "web", "cli")
LEFT_BEHIND = {".git", ".venv", "__pycache__", "dist", "build", "waymark-home"}


@cache
def settings() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def files() -> list[Path]:
    """List the project's own files: what git has or would take, or, without git, what is here."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others"]
    found = subprocess.run([*command, "--exclude-standard"], capture_output=True, check=False)
    if found.returncode == 0:
        names = found.stdout.decode().rstrip("\0").split("\0")
        listed = [ROOT / name for name in names if name]
    else:
        listed = [path for path in ROOT.rglob("*") if is_own(path)]
    return sorted(path for path in listed if path.is_file())


def is_own(path: Path) -> bool:
    """Leave out what installing, testing and building put here."""
    parts = path.relative_to(ROOT).parts
    caches = any(part.endswith(("_cache", ".egg-info")) for part in parts)
    return not caches and LEFT_BEHIND.isdisjoint(parts) and path.suffix != ".pyc"
