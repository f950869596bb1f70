"""The names of the files in a house's folder, and where its secret is."""

from __future__ import annotations

import os
from pathlib import Path

SECRET = "secret.key"  # noqa: S105 - the name of a file, not a secret
OWN_RULES = "timescales.toml"
LOG = "waymark.log"
CAUGHT = "caught"
OWN_HOLIDAYS = "bank_holidays.json"
# Where systemd puts what it decrypts for one service, and the name of the secret there.
CREDENTIALS = "CREDENTIALS_DIRECTORY"
GIVEN_SECRET = "waymark.secret.key"  # noqa: S105 - the name of a file, not a secret


def given_secret() -> Path | None:
    """The secret that was handed to this process; None where none was."""
    folder = os.environ.get(CREDENTIALS, "")
    path = Path(folder) / GIVEN_SECRET
    return path if folder and path.exists() else None


def stands_in(home: Path) -> bool:
    """Whether there is a house in a folder, which one has a secret."""
    return (home / SECRET).exists() or (given_secret() is not None and home.is_dir())
