"""A command waits for nothing it does not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.driver import MANAGER, ROOT, Home, refer

DEAR = {
    "prefect", "fastapi", "matplotlib", "apscheduler", "aiosmtplib", "jinja2", "alembic",
    "uvicorn", "starlette", "psycopg", "rich", "numpy", "structlog", "aiosmtpd", "css_inline",
    "prometheus_client", "icalendar", "imap_tools", "flufl", "authlib", "joserfc", "cryptography",
    "httpx2", "pyotp", "segno",
}  # fmt: skip
SCRIPT = """
import json, sys
from cli.app import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


def imported(*words: str) -> set[str]:
    """The packages a command has imported by its end."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done
    return set(modules)


@pytest.mark.parametrize(
    "words",
    [
        ["show", "RR-2024-0001"],
        ["show", "RR-2024-0001", "--json"],
        ["list"],
        ["due"],
        ["why", "RR-2024-0001", "notification"],
        ["note", "RR-2024-0001", "A note.", "--as", MANAGER],
        ["sweep"],
        ["verify"],
        ["outbox", "list"],
        ["days", "add", "2024-12-20", "15"],
        ["process", "timescales"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_command_imports_nothing_dear(house: Home, words: list[str]) -> None:
    """Neither the scheduler, nor Prefect, nor the mail library, nor the other database."""
    refer(house)
    assert imported(*words, "--home", str(house.folder)).isdisjoint(DEAR)


def test_without_a_house_not_even_a_database_is_imported() -> None:
    """Working days can be counted with the calendar alone; help needs less still."""
    for words in (
        ["days", "add", "2024-12-20", "15"],
        ["--help"],
        ["process", "diagram", "dispute"],
    ):
        assert imported(*words).isdisjoint(DEAR | {"sqlalchemy", "sqlmodel"})
