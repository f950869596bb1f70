"""The file of the house's secret: the key itself, or its editions once it was changed."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

from engine.keyring import DIGESTS, FIRST, SHORTEST, Edition, Secret

_EDITIONS = b"[[edition]]"
_HEAD = """\
# The house's secret. Keep this file with every backup, and show it to nobody. Whatever was made
# with an edition counts until that edition is ended, and the record is proved with all of them.
"""


class NoSecret(Exception):  # noqa: N818 - what was found
    """The file is no secret of a house, or it was cut short."""


def read(content: bytes) -> Secret:
    """The secret that a file holds. Errors: NoSecret."""
    if _EDITIONS not in content:
        return _sound(Secret.of(content))
    try:
        rows = tomllib.loads(content.decode())["edition"]
        return _sound(Secret(tuple(_edition(row) for row in rows)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoSecret from None


def written(secret: Secret) -> bytes:
    """What the file of a secret holds once it has more editions than one."""
    return "\n".join([_HEAD, *map(_row, secret.editions)]).encode()


def _sound(secret: Secret) -> Secret:
    if not secret.editions:
        raise NoSecret
    for number, edition in enumerate(secret.editions, start=1):
        if edition.number != number or len(edition.key) < SHORTEST:
            raise NoSecret
    return secret


def _edition(row: dict[str, Any]) -> Edition:
    digest, key = row.get("digest", DIGESTS[0]), bytes.fromhex(row["key"])
    if digest not in DIGESTS:
        raise NoSecret
    since = _instant(row["since"]) if "since" in row else FIRST
    ended = _instant(row["ended"]) if "ended" in row else None
    return Edition(row["number"], key, digest, since, ended)


def _instant(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _row(edition: Edition) -> str:
    lines = ["[[edition]]", f"number = {edition.number}", f'digest = "{edition.digest}"']
    if edition.since != FIRST:
        lines.append(f"since = {edition.since.isoformat()}")
    if edition.ended is not None:
        lines.append(f"ended = {edition.ended.isoformat()}")
    return "\n".join([*lines, f'key = "{edition.key.hex()}"', ""])
