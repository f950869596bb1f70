"""The documents hold together: links lead somewhere, commands exist, words are the right ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.commands import app
from tests.docs.claims import false_claims, strings, unnamed_panels
from tests.docs.library import DOCS, DOCUMENTS, ROOT, named, prose

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(#[^)]*)?\)")
USED = re.compile(r"(?:^\$ |^| \| |`|bin/|then: |made with: )waymark ([a-z]+)(?: ([a-z]+))?", re.M)
SHOWN = [
    *sorted((ROOT / "workflows").glob("*.py")),
    *sorted((ROOT / "cli").glob("*.py")),
    *sorted((ROOT / "notifications" / "templates").glob("*")),
]


def commands(command: Any = None, path: str = "") -> Iterator[str]:
    """Every command of the program by its words, like "outbox list"."""
    command = command or typer.main.get_command(app)
    for name, found in getattr(command, "commands", {}).items():
        words = f"{path} {name}".strip()
        yield from commands(found, words) if hasattr(found, "commands") else (words,)


COMMANDS = frozenset(commands())
GROUPS = frozenset(words.split()[0] for words in COMMANDS if " " in words)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    """A reader who follows a link inside the project arrives."""
    targets = [link for link, _ in LINK.findall(prose(path.read_text("utf-8")))]
    broken = [t for t in targets if "://" not in t and not (path.parent / t).exists()]
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    """No document is an island: following links from the README reaches all of them."""
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        links = LINK.findall(prose(path.read_text("utf-8")))
        waiting += [(path.parent / link).resolve() for link, _ in links if "://" not in link]
    assert set(DOCUMENTS) - reached == set()


def test_the_page_of_commands_has_every_command_and_no_other() -> None:
    """Each command of the program has its place on the page, and nothing invented has one."""
    page = (DOCS / "commands.md").read_text("utf-8")
    described = re.findall(r"^### `waymark ([a-z ]+)`$", page, re.MULTILINE)
    assert sorted(described) == sorted(COMMANDS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_command_a_document_tells_to_type_exists(path: Path) -> None:
    """Nobody is told to type a command the program does not have."""
    unknown = [
        f"{first} {second}".strip()
        for first, second in USED.findall(path.read_text("utf-8"))
        if first not in COMMANDS
        and f"{first} {second}" not in COMMANDS
        and not (first in GROUPS and not second)
    ]
    assert unknown == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_script_a_document_names_is_there(path: Path) -> None:
    """A script that a reader is sent to can be run."""
    missing = [
        name
        for name in re.findall(r"\bscript/[a-z-]+", path.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_no_document_calls_a_timescale_statutory_whose_rule_is_not(path: Path) -> None:
    """The word statutory stands only beside what law or statutory guidance sets."""
    assert list(false_claims(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "The rapid_review.rapid_review timescale is statutory.",
        "| Reporting form (reporting_form) | 15 working days | statutory |",
        "Send the rapid review to the National Panel: 15 working days, statutory timescale",
    ],
)
def test_a_false_claim_would_be_seen(text: str) -> None:
    """The check above is able to fail."""
    assert list(false_claims(text))


@pytest.mark.parametrize(
    "text",
    [
        "The rapid_review.rapid_review timescale is not statutory.",
        "| `rapid_review.notification` | 5wd | statutory |",
        "Complete and publish the review: 6 calendar months, statutory timescale",
        "Statutory guidance speaks of the Draft analysis sent to the Child Death Overview Panel.",
    ],
)
def test_a_true_word_is_not_taken_for_a_false_claim(text: str) -> None:
    """Denials, statutory timescales and the name of the guidance may be written."""
    assert list(false_claims(text)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_document_always_says_which_panel(path: Path) -> None:
    """National Panel, Case Review Panel and Child Death Overview Panel are written in full."""
    assert unnamed_panels(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SHOWN, ids=named)
def test_the_program_always_says_which_panel(path: Path) -> None:
    """So do the words of processes, messages and commands."""
    text = path.read_text("utf-8")
    shown = strings(text) if path.suffix == ".py" else [text]
    assert [place for words in shown for place in unnamed_panels(words)] == []


def test_a_panel_without_its_name_would_be_seen() -> None:
    """The check above is able to fail, and docstrings are no words of the program."""
    assert len(unnamed_panels("Ask the Panel. Ask the panel. A Panel decides.")) == 3
    assert unnamed_panels("The Case Review\nPanel and the National Panel; panel_ready") == []
    assert list(strings('"""Doc."""\nX = "shown " "twice"\n')) == ["shown twice"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_document_names_no_folder_of_the_machine_it_was_written_on(path: Path) -> None:
    """The documents stand alone, wherever the project is."""
    text = path.read_text("utf-8")
    assert re.findall(r"(?<![\w.])/(?:work|root|home|usr)/\S*", text) == []
