"""Reading what a person typed: facts, days, agencies, options every command shares."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from engine.asking import Agency
from engine.casework import Caller
from engine.errors import Refused
from engine.keys import HIGHEST
from engine.length import parse_day
from engine.typed import address, line, odd, text

__all__ = [
    "HOME", "As", "DryRun", "Facts", "Home", "Json", "Reason", "Reference", "account", "address",
    "agencies", "caller", "day", "facts", "line", "raise_all", "row", "seats", "text",
]  # fmt: skip

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Home = Annotated[
    Path,
    typer.Option("--home", envvar="WAYMARK_HOME", help="The house's folder.", show_default=True),
]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The person who acts.")]
Reference = Annotated[str, typer.Argument(metavar="REF", help="The case's reference.")]
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--fact",
        metavar="KEY=VALUE",
        help="A fact; give the option once a fact. `waymark process show KEY` names them.",
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would change and who would be told.")
]
HOME = Path("waymark-home")


def caller(email: str) -> Caller:
    """Who acts, with the operating-system account beside them."""
    return Caller(line(email, "the address of the person who acts"), account())


def account() -> str:
    """The account this command runs under, as the machine knows it and not as it was told."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return _told_account()


def _told_account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def seats(pairs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read NAME=HOW pairs: how each agency came to a meeting, by name."""
    split = [line(pair, "an agency at the meeting").rpartition("=") for pair in pairs]
    return tuple(sorted((name.strip(), how.strip().lower()) for name, _, how in split))


def row(number: int) -> int:
    """A number that a message or a letter can have; 0 is nobody's."""
    return number if 0 < number <= HIGHEST else 0


def facts(pairs: Sequence[str] | None, reason: str = "") -> dict[str, str]:
    """Read KEY=VALUE pairs, and a reason beside them. Errors: Refused, everything at once."""
    found: dict[str, str] = {}
    reasons: list[str] = []
    for pair in (*(pairs or ()), *([f"reason={reason}"] if reason else ())):
        key, sign, value = pair.partition("=")
        key = key.strip()
        if not sign or not key:
            reasons.append("a fact is given as KEY=VALUE, like --fact incident_on=2024-12-20")
        elif odd(key):
            reasons.append("a fact's key is plain text; `waymark process show KEY` names them")
        elif found.get(key, value) != value:
            reasons.append(f"the fact {key} was given twice with different values")
        else:
            found[key] = value
    raise_all([*reasons, *_odd(found)])
    return found


def _odd(found: dict[str, str]) -> list[str]:
    reasons: list[str] = []
    for key, value in found.items():
        try:
            text(value, key)
        except Refused as refusal:
            reasons += refusal.reasons
    return reasons


def raise_all(reasons: Sequence[str]) -> None:
    """Refuse where there is a reason to."""
    if reasons:
        raise Refused(reasons)


def day(typed: str, what: str) -> date:
    """Read a day. Errors: Refused, naming what it was for."""
    try:
        return parse_day(typed)
    except ValueError as fault:
        raise Refused([f"{what}: {fault}"]) from None


def agencies(pairs: Sequence[str]) -> list[Agency]:
    """Read NAME=EMAIL pairs. Errors: Refused with every pair that is not one."""
    found, reasons = [], []
    for pair in pairs:
        name, sign, email = pair.partition("=")
        if not sign or not name.strip() or not email.strip():
            reasons.append(
                "an agency is given as NAME=EMAIL, like 'Acute trust=lead@trust.example'"
            )
        elif odd(pair):
            reasons.append("an agency's name and address are one line of plain text")
        else:
            found.append(Agency(name.strip(), email.strip()))
    raise_all(reasons)
    return found
