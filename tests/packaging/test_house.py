"""What is installed is this project, whole and alone, on the versions it was tested with."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from script.requirements import development, pins
from tests.packaging.house import PACKAGES, ROOT, files, settings

# Spelled in two halves, so that this file keeps the rule it tests.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "/simple" + "/")
PLACES = re.compile(r"(?<![\w./:-])/(?:wor" + r"k|roo" + r"t)/|(?<![\w./-])share" + r"d/")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_a_common_name_is_ours(package: str) -> None:
    """`import config` and its like find this repository's package."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin) == ROOT / package / "__init__.py"


def test_a_stray_module_in_the_working_folder_does_not_replace_ours(tmp_path: Path) -> None:
    """The installed program works from any folder, even one that has a config.py of its own."""
    for package in PACKAGES:
        (tmp_path / f"{package}.py").write_text("raise SystemExit('the wrong module')\n")
    wanted = "; ".join(f"import {package}; print({package}.__file__)" for package in PACKAGES)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", wanted],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [Path(line).parent.parent for line in done.stdout.split()] == [ROOT] * len(PACKAGES)


def test_every_dependency_is_pinned_at_the_version_tested() -> None:
    """Two machines set up a year apart get the same versions."""
    pinned = pins()
    installed = {name: distribution(name).version for name in development()}
    assert len(installed) > 100
    differing = {n: (v, pinned.get(n)) for n, v in installed.items() if pinned.get(n) != v}
    assert not differing, f"installed and pinned versions differ: {differing}"


def test_the_pins_name_no_address_and_no_path() -> None:
    """The list works with whichever package index an organisation uses."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    for forbidden in ("://", "@", "file:", "-e ", "--", "/"):
        pinned_lines = [x for x in text.splitlines() if not x.startswith("#")]
        assert not [line for line in pinned_lines if forbidden in line]
    assert "://" not in text


def test_the_pins_lie_within_the_declared_ranges() -> None:
    """An install without the pins may differ, but never by excluding what was tested."""
    project = settings()["project"]
    pinned = pins()
    for text in project["dependencies"] + project["optional-dependencies"]["dev"]:
        wanted = Requirement(text)
        version = pinned[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{version} is outside {text}"


def test_prefect_keeps_a_web_framework_it_works_with() -> None:
    """Prefect 3.8 fails its first flow on FastAPI 0.151 or later, so the range stops before."""
    wanted = {Requirement(t).name: Requirement(t) for t in settings()["project"]["dependencies"]}
    assert wanted["prefect"].specifier.contains("3.8.8")
    assert wanted["fastapi"].specifier.contains("0.150.0")
    assert not wanted["fastapi"].specifier.contains("0.151.0")


def test_the_wheel_holds_the_seven_packages_whole_and_nothing_else(tmp_path: Path) -> None:
    """Templates, timescales and migrations are installed with the code; tests never are."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("waymark-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = {n for n in names if ".dist-info/" not in n}
    own = {path.relative_to(ROOT).as_posix() for path in files()}
    assert shipped == {name for name in own if name.split("/")[0] in PACKAGES}
    assert {name.split("/")[0] for name in shipped} == set(PACKAGES)


def test_the_image_takes_in_what_is_installed_and_nothing_else(tmp_path: Path) -> None:
    """Neither the history nor the tests go into a container, and what goes in is enough."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    taken = [line.removeprefix("!") for line in lines if line.startswith("!")]
    built = ["LICENSE", "README.md", "pyproject.toml", "requirements.lock"]
    assert sorted(taken) == sorted([*PACKAGES, *built])
    for name in taken:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    """The project can be copied anywhere: it knows no index, no workplace and no home folder."""
    found = []
    for path in files():
        text = path.read_text(encoding="utf-8", errors="ignore")
        names = [host for host in REGISTRIES if host in text]
        names += [match.group() for match in PLACES.finditer(text)]
        found += [f"{path.relative_to(ROOT)}: {name}" for name in names]
    assert not found


@pytest.mark.parametrize(
    "text", ["see /wor" + "k/main", "`share" + "d/DESIGN.md`", "cd /roo" + "t/x"]
)
def test_a_place_would_be_noticed(text: str) -> None:
    """The search above finds what it is there to find."""
    assert PLACES.search(text)


def test_every_script_can_be_run() -> None:
    """A person can start each script by its name alone."""
    scripts = [*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"]
    scripts = [path for path in scripts if path.is_file() and path.suffix != ".py"]
    assert {"setup", "demo", "test", "check", "run"} <= {path.name for path in scripts}
    assert not [path.name for path in scripts if not os.access(path, os.X_OK)]


CALL = """
import sys
from cli.app import main
try:
    main()
except SystemExit as end:
    code = end.code or 0
else:
    code = 0
print("\\n", code, *sorted({"prefect", "fastapi", "matplotlib"} & set(sys.modules)))
"""


def waymark(*arguments: str) -> list[str]:
    """Run one command; return its exit code and which of the slow libraries it loaded."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", CALL, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def test_looking_at_a_case_does_not_wait_for_the_orchestrator(tmp_path: Path) -> None:
    """`waymark show` loads neither Prefect nor the web nor the plotting library."""
    home = str(tmp_path / "house")
    assert waymark("init", "--practice", "--home", home)[0] == "0"
    refused = "1"  # there is no such case, which is known only after the house was opened
    assert waymark("show", "NO-SUCH-CASE", "--home", home) == [refused]
