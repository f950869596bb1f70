"""Reading what a person typed: facts, days, agencies, options every command shares."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from engine.casework import Caller
from engine.errors import Refused
from engine.length import parse_day
from engine.record import Agency

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Home = Annotated[
    Path,
    typer.Option("--home", envvar="WAYMARK_HOME", help="The house's folder.", show_default=True),
]
As = Annotated[str, typer.Option("--as", help="The email address of the person who acts.")]
Reference = Annotated[str, typer.Argument(metavar="REF", help="The case's reference.")]
Facts = Annotated[
    list[str] | None,
    typer.Option("--fact", metavar="KEY=VALUE", help="A fact; give the option once a fact."),
]
Reason = Annotated[str, typer.Option("--reason", help="The reason, for the record.")]
HOME = Path("waymark-home")


def caller(email: str) -> Caller:
    """Who acts, with the operating-system account beside them."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return Caller(email, account)


def facts(pairs: Sequence[str] | None) -> dict[str, str]:
    """Read KEY=VALUE pairs. Errors: Refused with every pair that is not one."""
    found: dict[str, str] = {}
    reasons = []
    for pair in pairs or ():
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            reasons.append("a fact is given as KEY=VALUE, like --fact incident_on=2024-12-20")
        elif key.strip() in found and found[key.strip()] != value:
            reasons.append(f"the fact {key.strip()} was given twice with different values")
        else:
            found[key.strip()] = value
    if reasons:
        raise Refused(reasons)
    return found


def day(text: str, what: str) -> date:
    """Read a day. Errors: Refused, naming what it was for."""
    try:
        return parse_day(text)
    except ValueError as fault:
        raise Refused([f"{what}: {fault}"]) from None


def agencies(pairs: Sequence[str]) -> list[Agency]:
    """Read NAME=EMAIL pairs. Errors: Refused with every pair that is not one."""
    found, reasons = [], []
    for pair in pairs:
        name, sign, email = pair.partition("=")
        if not sign:
            reasons.append(f"'{name[:60]}' is not NAME=EMAIL, like 'Acute trust=lead@trust.example'")
        found.append(Agency(name, email))
    if reasons:
        raise Refused(reasons)
    return found
