"""The host.toml of a host of several houses: where their databases are."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from config.certificate import Certificate
from config.database import IN_THE_CLEAR, in_the_clear
from config.environment import from_outside
from engine.errors import HouseDown, Refused

FILE, HOUSES = "host.toml", "houses"
FROM_OUTSIDE = "WAYMARK_HOST_DATABASE"
OWNER_FROM_OUTSIDE = "WAYMARK_DATABASE_OWNER"
_NAMES = ("database", "certificate", "private_key")
_NAMED = "`database`, `certificate` and `private_key`"
_TEXT = """\
# The database in which every house of this host has a schema of its own. Without one, each house
# keeps its records in a file in its folder. It can also be given in WAYMARK_HOST_DATABASE.
{}

# The files by which its pages speak TLS, which they must beyond this machine.
# certificate = "/etc/waymark/pages.pem"
# private_key = "/etc/waymark/pages.key"
"""


@dataclass(frozen=True, slots=True)
class HostFile:
    """What a host is told; the database's address may hold a password."""

    database: str = field(default="", repr=False)
    shown: Certificate = field(default_factory=lambda: Certificate(place=""))


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
    if not found.keys() <= set(_NAMES) or not all(isinstance(one, str) for one in found.values()):
        raise HouseDown(f"{FILE} of this host may hold texts named {_NAMED}, and nothing else.")
    database = from_outside().get(FROM_OUTSIDE) or found.get("database", "")
    if in_the_clear(database):
        raise HouseDown(f"The database of this host is not usable: {IN_THE_CLEAR}.")
    file, key = (Path(found[name]) if found.get(name) else None for name in _NAMES[1:])
    return HostFile(database, Certificate(file, key, place=""))


def write_host(folder: Path, database: str) -> None:
    """Make a host in a folder. Errors: Refused where one stands already; HouseDown."""
    if in_the_clear(database):
        raise Refused([f"the database of a host: {IN_THE_CLEAR}"])
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
