"""The documents as the tests read them, and the script that writes parts of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
HINT = "Run script/docs and look at what it changed."

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def named(path: Path) -> str:
    """The name of a document, for a test's own name."""
    return path.relative_to(ROOT).as_posix()


def prose(text: str) -> str:
    """A document without its blocks of code."""
    return _FENCE.sub("", text)


def rows(text: str, first_heading: str) -> Iterator[list[str]]:
    """The cells of every row of the tables whose first heading this is."""
    wanted = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            wanted = False
        elif cells[0] == first_heading:
            wanted = True
        elif wanted and not set(cells[0]) <= {"-"}:
            yield cells


def writer() -> ModuleType:
    """script/docs as a module; it has no ending by which Python would know it."""
    name, path = "script_docs", str(ROOT / "script" / "docs")
    if name not in sys.modules:
        loader = SourceFileLoader(name, path)
        spec = spec_from_loader(name, loader)
        assert spec is not None
        sys.modules[name] = module_from_spec(spec)
        loader.exec_module(sys.modules[name])
    return sys.modules[name]
