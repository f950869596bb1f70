"""Viewflow on Django: a case is a process, and a step is one of its tasks, in one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.sent import Sent

APPS = ("django.contrib.contenttypes", "django.contrib.auth", "viewflow", "viewflow.workflow")


@contextmanager
def prepare(database: Path, steps: Sequence[Sequence[Sent]]) -> Iterator[Callable[[int], None]]:
    """As many processes as steps, each begun."""
    written = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    file = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(database),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": written},
    }
    settings.configure(
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[*APPS, "benchmarks.alternatives"],
        DATABASES={"default": file},
    )
    django.setup()
    call_command("migrate", verbosity=0)

    # Models can be imported only when Django knows its settings.
    from benchmarks.alternatives import viewflow_process  # noqa: PLC0415

    yield viewflow_process.begun(steps)
