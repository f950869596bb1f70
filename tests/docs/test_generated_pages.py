"""What script/docs writes: pages drawn from the processes, and answers the program really gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.library import DOCS, DOCUMENTS, HINT, named, writer
from workflows.catalogue import PROCESSES

WITH_EXAMPLES = [path for path in DOCUMENTS if "```console\n" in path.read_text("utf-8")]


@pytest.mark.parametrize("key", PROCESSES)
def test_the_page_of_a_process_is_what_its_declaration_says(key: str) -> None:
    """A change of a process or of its numbers is not finished until its page says so."""
    path = DOCS / "processes" / f"{key}.md"
    assert path.exists(), HINT
    assert path.read_text("utf-8") == writer().pages()[path], HINT


def test_no_page_is_left_of_a_process_that_is_gone() -> None:
    """Every page belongs to a process the house runs."""
    assert {path.stem for path in (DOCS / "processes").glob("*.md")} == set(PROCESSES), HINT


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=named)
def test_every_example_is_what_the_program_answers(path: Path) -> None:
    """Each example is played again in a practice house; words, codes and JSON keys agree."""
    text = path.read_text("utf-8")
    assert writer().played(text) == text, HINT


def test_a_wrong_answer_in_a_document_is_put_right() -> None:
    """Answers, exit codes and keys come from the program, whatever a document claimed."""
    before = "Words.\n\n```console\n$ waymark days add 2024-12-20 \\\n    15\n"
    between = "```\n\n```console\n$ waymark days add 2024-12-20 many\n"
    after = "```\n\n```sh\n$ waymark days add 2024-12-20 5\n```\n"
    claimed = f"{before}Friday 10 January 2025\n{between}{after}\nJSON keys: `due`.\n"
    refused = (
        "Refused:\n  - the number of working days must be a whole number, like 15 or -7\n"
        "(exit code 1)\n"
    )
    told = f"{before}Wednesday 15 January 2025\n{between}{refused}{after}"
    assert writer().played(claimed) == f"{told}\nJSON keys: `refused`, `reasons`.\n"


def test_a_page_changed_by_hand_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged page, a missing one and one too many are each named, and nothing else is."""
    script = writer()
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "DOCS", tmp_path / "docs")
    folder = tmp_path / "docs" / "processes"
    folder.mkdir(parents=True)
    for path, text in script.pages().items():
        path.write_text(text, "utf-8")
    assert script.stale() == {}
    (folder / "dispute.md").write_text("changed by hand", "utf-8")
    (folder / "rapid_review.md").unlink()
    (folder / "gone.md").write_text("a process that is no more", "utf-8")
    assert {path.name for path in script.stale()} == {"dispute.md", "rapid_review.md", "gone.md"}


def test_an_example_that_is_no_command_of_the_program_is_refused() -> None:
    """A console block holds commands of the program only, so that each can be played."""
    with pytest.raises(SystemExit, match="no command of the program"):
        writer().played("```console\n$ rm -r waymark-home\n```\n")
