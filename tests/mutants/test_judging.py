"""Which tests judge a seeded bug: those that run its line, watched again as far as they changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutants import watching
from tests.mutants.judging import JUDGES, Judges

PRODUCT = "def twice(number):\n    return 2 * number\n\n\ndef none():\n    return 0\n"


class Product:
    """A small product of one room, and how often each of its tests was run."""

    def __init__(self, folder: Path) -> None:
        self.copy, self._kept, self._runs = folder / "copy", folder / "kept", folder / "runs"
        self.copy.mkdir()
        for name in ("engine", "tests", "tests/mutants", *(f"tests/{name}" for name in JUDGES)):
            (self.copy / name).mkdir()
            (self.copy / name / "__init__.py").touch()
        shutil.copy(watching.__file__, self.copy / "tests/mutants")
        self.write("engine/sums.py", PRODUCT)
        self._kept.mkdir()

    def write(self, file: str, text: str) -> None:
        (self.copy / file).write_text(text, "utf-8")

    def test(self, file: str, name: str, function: str) -> str:
        """Write a test file that says it was run and calls a function; the test's id."""
        self.write(
            file,
            f"from engine import sums\n\n\ndef {name}():\n"
            f"    open({str(self._runs)!r}, 'a').write('{name}\\n')\n    sums.{function}\n",
        )
        return f"{file}::{name}"

    def judges(self) -> tuple[Judges, list[str]]:
        """Its judges, and the tests that were run to know them."""
        self._runs.write_text("")
        return Judges(self.copy, self._kept), self._runs.read_text().splitlines()


@pytest.fixture
def product(tmp_path: Path) -> Product:
    return Product(tmp_path)


def test_the_tests_that_run_a_line_judge_it_and_no_others(product: Product) -> None:
    twice = product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    none = product.test("tests/store/test_none.py", "test_none", "none()")
    judges, _ = product.judges()
    assert judges.tests_for("engine/sums.py", 2) == [twice]
    assert judges.tests_for("engine/sums.py", 6) == [none]


def test_a_test_that_fails_on_the_product_judges_nothing(product: Product) -> None:
    product.test("tests/engine/test_wrong.py", "test_wrong", "no_such_sum()")
    twice = product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    judges, _ = product.judges()
    assert list(judges.seconds) == [twice]


def test_only_tests_that_changed_are_watched_again(product: Product) -> None:
    twice = product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    product.test("tests/store/test_none.py", "test_none", "none()")
    assert sorted(product.judges()[1]) == ["test_none", "test_twice"]
    assert product.judges()[1] == []
    (product.copy / "tests/store/test_none.py").unlink()
    more = product.test("tests/cli/test_more.py", "test_more", "twice(3)")
    judges, run = product.judges()
    assert run == ["test_more"]
    assert sorted(judges.seconds) == sorted([twice, more])
    assert sorted(judges.tests_for("engine/sums.py", 2)) == sorted([twice, more])
    assert judges.tests_for("engine/sums.py", 6) == []


@pytest.mark.parametrize("file", ["engine/sums.py", "tests/helper.py", "tests/engine/house.py"])
def test_all_are_watched_again_where_anything_else_changed(product: Product, file: str) -> None:
    product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    product.judges()
    product.write(file, f"# Changed.\n{PRODUCT}")
    assert product.judges()[1] == ["test_twice"]


def test_what_no_test_reads_is_no_change(product: Product) -> None:
    product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    product.judges()
    product.write("CHANGELOG.md", "Changed.")
    assert product.judges()[1] == []


def test_a_watch_that_was_cut_short_is_begun_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.test("tests/engine/test_twice.py", "test_twice", "twice(2)")
    product.judges()
    product.test("tests/cli/test_more.py", "test_more", "twice(3)")
    with monkeypatch.context() as cut:
        cut.setattr("tests.mutants.judging.run", lambda *_: None)
        with pytest.raises(RuntimeError, match="did not run"):
            product.judges()
    assert sorted(product.judges()[1]) == ["test_more", "test_twice"]
