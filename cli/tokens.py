"""Commands on the tokens of the API: make one, list them, end one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any

import typer

from cli import words
from cli.house import house_at
from cli.output import show, table
from cli.words import HOME, Home, Json
from engine import bearers
from engine.length import in_words, london_date
from engine.tokens import ACT, MOST_DAYS, READ, Token
from web.api.secret import PREFIX, digest_of

tokens = typer.Typer(no_args_is_help=True, help="Who may use the API, and in whose name.")

_LONG = 32
_DAYS = 90


@tokens.command("new")
def new(
    *,
    for_: Annotated[str, typer.Option("--for", metavar="EMAIL", help="Whom it acts for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="read|act", help="read: look; act: look and do."),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", help=f"How long, up to {MOST_DAYS}.")
    ] = _DAYS,
    label: Annotated[str, typer.Option("--label", help="What it is for, as the record says.")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Make a token that acts for one person, and print it once.

    Only its digest is kept: whoever loses it makes another one and ends this one.
    """
    email = words.address(for_, "the address of the person")
    named, house = words.line(label, "the label"), house_at(home)
    value, now = PREFIX + secrets.token_urlsafe(_LONG), house.clock.now()
    ends = now + timedelta(days=max(0, min(days, MOST_DAYS + 1)))
    scopes = frozenset(scope or (READ,))
    wanted = Token(0, digest_of(value), email, scopes, named, words.account(), now, ends)
    document = {**_shape(bearers.issue(house, wanted)), "token": value}
    show(document, json, [value, *_words(document), "It is shown this once; keep it safe."])


def _words(document: dict[str, Any]) -> list[str]:
    does = "look and act" if ACT in document["scopes"] else "look"
    until = in_words(london_date(document["ends_at"]))
    return [f"Token {document['id']} may {does} as {document['email']} until {until}."]


def _shape(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "email": token.email,
        "scopes": sorted(token.scopes),
        "label": token.label,
        "made_by": token.made_by,
        "made_at": token.made_at,
        "ends_at": token.ends_at,
        "revoked_at": token.revoked_at,
    }


@tokens.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:
    """List the tokens, with whom they act for and until when."""
    house = house_at(home)
    now = house.clock.now()
    with house.store.begin() as work:
        found = work.tokens.list()
    rows = [{**_shape(token), "open": token.is_open(now)} for token in found]
    shown = [
        {**row, "scopes": ", ".join(row["scopes"]), "until": london_date(row["ends_at"]),
         "state": "open" if row["open"] else "revoked" if row["revoked_at"] else "ended"}
        for row in rows
    ]  # fmt: skip
    columns = {"id": "token", "state": "state", "scopes": "scopes", "email": "acts for",
               "until": "until", "label": "label"}  # fmt: skip
    show({"tokens": rows}, json, table(shown, columns))


@tokens.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(metavar="ID")], home: Home = HOME, json: Json = False
) -> None:
    """End a token at once, for good."""
    document = _shape(bearers.revoke(house_at(home), words.row(number)))
    show(document, json, [f"Token {document['id']} opens nothing any more."])
