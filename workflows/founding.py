"""Founding a house: its folder, its settings and its secret, or nothing at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config import secret_file
from config import settings as configuration
from config.premises import SECRET, stands_in
from config.settings import Settings
from engine.errors import HouseDown, Refused
from store.connection import file_of, parse


def refuse_house(home: Path) -> None:
    """Refuse where a house stands already. Errors: Refused."""
    if stands_in(home):
        raise Refused(
            [f"there is a house in {home} already; choose another folder, or bring that house up"
             " to date with: waymark migrate"]
        )  # fmt: skip


@contextmanager
def new_house(home: Path, database: str, practice: bool, key: bytes = b"") -> Iterator[Settings]:
    """A folder with settings and a secret for the house that is made meanwhile.

    The secret gets its name when all is done: a folder with a secret is a house. Where the house
    is not made the folder is as it was. Errors: Refused where a database is there already or
    somebody else is at it; HouseDown.
    """
    made: list[Path] = []
    try:
        made += [folder for folder in (home, *home.parents) if not folder.exists()]
        home.mkdir(parents=True, exist_ok=True)
        part = _begin(home, key or secrets.token_hex(32).encode())
        made.insert(0, part)
        if _write_once(home / configuration.FILE, configuration.settings_template(database)):
            made.insert(0, home / configuration.FILE)
        yield _checked(home, database, practice)
        part.rename(home / SECRET)
    except OSError as fault:
        _take_away(made)
        raise HouseDown(f"The folder {home} cannot be used ({fault.strerror}).") from None
    except BaseException:
        _take_away(made)
        raise


@contextmanager
def in_place_of(home: Path, content: bytes) -> Iterator[None]:
    """Put another file of the secret in place of the one there is, unless something is refused.

    Nobody else does so meanwhile. Errors: Refused; HouseDown.
    """
    try:
        part = _begin(home, content)
        try:
            yield
            part.rename(home / SECRET)
        finally:
            part.unlink(missing_ok=True)
    except OSError as fault:
        raise HouseDown(f"The folder {home} cannot be used ({fault.strerror}).") from None


def _begin(home: Path, key: bytes) -> Path:
    """The key of the digests that stand for identifying facts; lost, nothing else is."""
    part = home / f"{SECRET}.part"
    try:
        made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(
            [f"a house is being made in {home} at this moment, or its secret changed, or that was"
             f" cut short; if nobody is at it, take {part.name} away and begin again"]
        ) from None  # fmt: skip
    with os.fdopen(made, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return part


def _checked(home: Path, database: str, practice: bool) -> Settings:
    chosen = configuration.load(home, practice)
    if database and chosen.database_url != database:
        raise Refused([_OTHER_DATABASE])
    _refuse_old_file(chosen, home)
    return chosen


_OTHER_DATABASE = (
    "settings.toml in this folder or WAYMARK_DATABASE in the environment names another database;"
    " leave --database out, or correct them first"
)


def _take_away(made: list[Path]) -> None:
    with suppress(OSError):
        for path in made:
            path.rmdir() if path.is_dir() else path.unlink()


def _refuse_old_file(chosen: Settings, home: Path) -> None:
    file = file_of(parse(chosen.database_url))
    if file is not None and file.exists():
        raise Refused(
            [f"{file.name} is there already, without the {SECRET} it was made with: put that back"
             f" into {home}, or take {file.name} away and begin again"]
        )  # fmt: skip


def _write_once(path: Path, text: str) -> bool:
    """Write a file only its owner may read; False where there is one already."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def kept_key(path: Path) -> bytes:
    """Read the secret that was kept with a backup. Errors: Refused."""
    try:
        key = path.read_bytes()
    except OSError:
        wanted = f"the {SECRET} kept with the backup is needed; name it with --secret"
        raise Refused([wanted]) from None
    try:
        secret_file.read(key)
    except secret_file.NoSecret:
        fault = f"{path.name} is no house's secret, or it was cut short; name another"
        raise Refused([fault]) from None
    return key
