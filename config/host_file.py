"""The host.toml of a host of several houses: where their databases are."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import HouseDown, Refused

FILE, HOUSES = "host.toml", "houses"
FROM_OUTSIDE = "WAYMARK_HOST_DATABASE"
_TEXT = """\
# The database in which every house of this host has a schema of its own. Without one, each house
# keeps its records in a file in its folder. It can also be given in WAYMARK_HOST_DATABASE.
{}
"""


@dataclass(frozen=True, slots=True)
class HostFile:
    """What a host is told; the database's address may hold a password."""

    database: str = field(default="", repr=False)


def read_host(folder: Path) -> HostFile:
    """Read what a host is told. Errors: HouseDown, without what is written there."""
    try:
        found = tomllib.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        raise HouseDown(
            f"There is no host in {folder}. Make one with `waymark host init`, or name its folder"
            " with --home."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise HouseDown(f"{FILE} of this host cannot be read.") from None
    given = found.pop("database", "")
    if found or not isinstance(given, str):
        raise HouseDown(f"{FILE} of this host may hold one text, `database`, and nothing else.")
    return HostFile(os.environ.get(FROM_OUTSIDE) or given)


def write_host(folder: Path, database: str) -> None:
    """Make a host in a folder. Errors: Refused where one stands already; HouseDown."""
    line = f"database = {json.dumps(database)}" if database else '# database = "postgresql://..."'
    try:
        (folder / HOUSES).mkdir(parents=True, exist_ok=True)
        made = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused([f"there is a host in {folder} already"]) from None
    except OSError as fault:
        raise HouseDown(f"The folder {folder} cannot be used ({fault.strerror}).") from None
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(_TEXT.format(line))
