"""The floors of the house hold: each is built only on what lies below it."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.house import PACKAGES, ROOT, settings

CONTRACTS = {c["id"]: c for c in settings()["tool"]["importlinter"]["contracts"]}
MACHINERY = {
    line.split(" -> ")[0].removeprefix("workflows.")
    for line in CONTRACTS["declarations"]["ignore_imports"]
    if line.startswith("workflows.")
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the project in a folder."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_holds() -> None:
    """No module of the project imports what its floor may not."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


def imports(path: Path) -> set[str]:
    """List the top-level names a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found.add((node.module or "").split(".")[0])
    return found - set(sys.stdlib_module_names)


def test_the_engine_needs_one_library_only() -> None:
    """Besides the standard library the engine knows `transitions`, and nothing else."""
    modules = sorted((ROOT / "engine").rglob("*.py"))
    assert modules
    assert set().union(*map(imports, modules)) <= {"engine", "transitions"}


def test_a_process_is_declared_in_the_engines_words() -> None:
    """A declaration imports the engine and the vocabulary beside it, and no library at all."""
    modules = [
        path
        for path in sorted((ROOT / "workflows").rglob("*.py"))
        if path.relative_to(ROOT / "workflows").with_suffix("").parts[0] not in MACHINERY
    ]
    assert len(modules) > 1
    assert set().union(*map(imports, modules)) <= {"engine", "workflows"}


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """Lay out a house of empty modules under this project's own contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    names = [f"{package}/__init__.py" for package in PACKAGES]
    names += [f"workflows/{name}.py" for name in (*MACHINERY, "dispute", "vocabulary")]
    names += [f"{package}/room.py" for package in PACKAGES]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_a_house_of_empty_modules_is_sound(small_house: Path) -> None:
    """The cases below break a contract by what they plant, and by nothing else."""
    done = lint(small_house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("engine/room", "import store.room", "floors"),
        ("engine/room", "import cli", "floors"),
        ("store/room", "import notifications.room", "floors"),
        ("notifications/room", "import config.room", "floors"),
        ("config/room", "import workflows.dispute", "floors"),
        ("workflows/wiring", "import cli.room", "floors"),
        ("engine/room", "import os.path", "pure-engine"),
        ("engine/room", "def now():\n    import time", "pure-engine"),
        ("engine/room", "from random import choice", "pure-engine"),
        ("engine/room", "import sqlmodel", "pure-engine"),
        ("workflows/dispute", "import store.room", "declarations"),
        ("workflows/dispute", "import prefect", "declarations"),
        ("workflows/dispute", "import workflows.wiring", "declarations"),
        ("workflows/a_process_added_later", "import config.room", "declarations"),
        ("store/room", "import store.other", "no-cycles"),
        ("cli/room", "import tests.conftest", "shipped-alone"),
        ("config/room", "import holidays", "shipped-alone"),
    ],
)
def test_a_forbidden_import_is_found(
    small_house: Path, module: str, line: str, contract: str
) -> None:
    """Each contract catches an import it is there to forbid."""
    (small_house / "store" / "other.py").write_text("import store.room\n")
    (small_house / f"{module}.py").write_text(line + "\n")
    done = lint(small_house)
    assert done.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in done.stdout
