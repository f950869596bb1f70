"""S4: whoever was given a record can check it alone, on any machine, without this project."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.app import run
from tests.desk import everybody
from tests.proof import histories, houses
from workflows.wiring import set_up

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_record.py"
RECORD = histories.read(histories.all_recorded()[0])


def test_the_verifier_is_short_and_needs_nothing_but_python() -> None:
    text = VERIFIER.read_text("utf-8")
    found = list(ast.walk(ast.parse(text)))
    names = {name.name for node in found if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in found if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert len(text.splitlines()) <= 80


def offline(*files: Path) -> tuple[int, str]:
    """Run the verifier as its reader would, where nothing of the project can be imported."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=files[0].parent, check=False)
    assert (done.stdout == "") == (done.returncode != 0)
    return done.returncode, done.stdout or done.stderr


def test_the_verifier_reads_what_the_house_exports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`waymark export` and `waymark checkpoint`: whole, changed, and cut short."""
    home, export, checkpoint = (tmp_path / name for name in ("home", "record.json", "heads.json"))
    premises = set_up(home, practice=True)
    with premises.store.begin() as work:
        work.people.put(everybody().people)
        work.commit()
    bench, _ = houses.begin(premises.store, "rapid_review", 5, moves=30)
    premises.store.close()
    assert run(["export", bench.reference, "--home", str(home)]) == 0
    export.write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(["checkpoint", str(checkpoint), "--home", str(home)]) == 0
    assert offline(export, checkpoint)[0] == 0
    document = json.loads(export.read_text("utf-8"))
    count = len(document["events"])
    document["events"].pop()
    export.write_text(json.dumps(document), encoding="utf-8")
    assert offline(export)[0] == 0
    cut = f"{bench.reference}: event {count} is missing; the record was cut short.\n"
    assert offline(export, checkpoint) == (1, cut)
    document["events"][3]["actor"] = "somebody@else.example"
    export.write_text(json.dumps(document), encoding="utf-8")
    changed = f"{bench.reference}: event 4 was changed after it was sealed.\n"
    assert offline(export) == (1, changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"kind": "opened"', '"kind": "noted", "kind": "opened"'),
        ('"account": ', '"note": "added", "account": '),
        ('"sequence": 1,', '"sequence": true,'),
        ('"sequence": 1,', '"sequence": 1.0,'),
        ("+00:00", ""),
    ],
    ids=["a word twice", "a word more", "a number that is none", "a fraction", "no time zone"],
)
def test_the_verifier_is_not_fooled_by_what_json_allows(old: str, new: str, tmp_path: Path) -> None:
    """What another program might read differently is not passed as whole."""
    record = {name: RECORD[name] for name in ("reference", "events")}
    file = tmp_path / "record.json"
    text = json.dumps(record)
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, words = offline(file)
    assert code == 1
    assert "every seal fits" not in words
