"""Commands on the secret of a house: its editions, another one, and the end of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from cli import words
from cli.house import premises_at
from cli.output import counted, show, table
from cli.words import HOME, Home, Json
from config.premises import SECRET
from engine.keyring import DIGESTS, FIRST, WAIT, Edition
from engine.london import in_words

secret = typer.Typer(no_args_is_help=True, help="The key that links and digests are made with.")

_WAIT, _MOST = WAIT // timedelta(minutes=1), 24 * 60  # minutes


@secret.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:
    """List the editions of the secret; none of them is shown.

    One is in force; what an earlier one made counts until that one is ended.
    """
    premises = premises_at(home)
    editions, now = premises.store.secret.editions, premises.house.clock.now()
    in_force = premises.store.secret.at(now)
    rows = [_shape(each, _state(each, in_force, now)) for each in editions]
    shown = [{**row, "since": _when(row["since"]), "ended": _when(row["ended"])} for row in rows]
    columns = {name: name for name in ("edition", "state", "digest", "since", "ended")}
    show({"editions": rows}, json, table(shown, columns))


@secret.command("change")
def change(
    digest: Annotated[
        str, typer.Option("--digest", metavar="NAME", help=f"One of {', '.join(DIGESTS)}.")
    ] = "",
    minutes: Annotated[
        int, typer.Option("--minutes", metavar="N", min=0, max=_MOST, help="How long until then.")
    ] = _WAIT,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Make another edition of the secret, in force in a quarter of an hour.

    Start every process of the house again before then. What was made before goes on counting.
    --digest chooses what keys and the record's seals are made with from then on.
    """
    from workflows import rekeying

    premises = premises_at(home)
    made = rekeying.change(premises, digest, timedelta(minutes=minutes))
    lines = [
        f"Edition {made.number} of the secret is in force from {in_words(made.since)}.",
        "Start every process of the house again before then, on every machine.",
        f"Keep a copy of {home / SECRET} with every backup from now on.",
    ]
    show(_shape(made, _WAITING), json, lines)


@secret.command("end")
def end(
    number: Annotated[int, typer.Argument(metavar="EDITION")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """End an earlier edition for good: somebody may know it, or it is old.

    Links, calendars and authenticator apps that were made with it open nothing any more.
    """
    from workflows import rekeying

    premises = premises_at(home)
    ended = rekeying.end(premises, number, words.account())
    later = premises.store.secret.editions[number].since
    lines = [
        f"Edition {number} of the secret opens nothing any more; it only proves the record.",
        "Start every process of the house again now, on every machine.",
        f"{counted(ended.apps, 'authenticator app')} removed: whoever had one signs in by email"
        " and sets up another.",
        f"Links in email owed before {in_words(later)} have ended. Whoever still has to answer can"
        " reply, or is sent another: waymark outbox revoke ID --again",
        "Calendars subscribed to before then have ended: waymark people feed EMAIL",
    ]
    show({**_shape(ended.edition, _ENDED), "apps_removed": ended.apps}, json, lines)


_WAITING, _IN_FORCE, _COUNTS, _ENDED = "waiting", "in force", "counts", "ended"


def _state(edition: Edition, in_force: Edition, now: datetime) -> str:
    if edition.ended is not None:
        return _ENDED
    if edition == in_force:
        return _IN_FORCE
    return _WAITING if edition.since > now else _COUNTS


def _shape(edition: Edition, state: str) -> dict[str, Any]:
    return {
        "edition": edition.number,
        "state": state,
        "digest": edition.digest,
        "since": None if edition.since == FIRST else edition.since,
        "ended": edition.ended,
    }


def _when(instant: datetime | None) -> str:
    return in_words(instant) if instant else ""
