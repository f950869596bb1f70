"""A look over a house before it is trusted: everything that is wrong with it at once.

Each finding says what to do. What is not wrong but worth knowing is a note.
"""

from __future__ import annotations

import os
import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config import settings as configuration
from config.certificate import shown_to_mail
from config.mail import Mail
from config.settings import Settings
from config.unchanging import unchanging
from engine import upkeep
from engine.errors import DefinitionError, HouseDown, Refused
from store import schema
from workflows.wiring import Premises, rules_of, walk_in

APART = timedelta(seconds=60)  # between the machine's clock and the database's
PATIENCE = 10.0  # seconds for each word of the mail server
_YEARS = range(2015, datetime.now(UTC).year + 6)


@dataclass(slots=True)
class Findings:
    """What is wrong, with what to do about it; and what is only worth knowing."""

    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look_over(home: Path) -> Findings:
    """Look at everything that can be looked at, also where the house cannot be opened."""
    found = Findings()
    found.reasons += time_zone_faults(ZoneInfo("Europe/London"))
    settings = _settings(home, found)
    if settings is None:
        return found
    found.reasons += _folders(settings)
    found.reasons += (f"{fault}." for fault in settings.service.shown.faults())
    _mail(settings, found)
    _sign_in(settings, found)
    found.notes += unchanging(settings)
    _rules(home, found)
    if _edition(settings.database_url, found):
        _inside(home, found)
    return found


def _settings(home: Path, found: Findings) -> Settings | None:
    """The settings as the house reads them; a real house asks more than a practice house."""
    try:
        return configuration.load(home, practice=True)
    except HouseDown as down:
        found.reasons.append(str(down))
        return None


def time_zone_faults(london: ZoneInfo) -> Iterator[str]:
    """Whether London's clocks change on the last Sundays of March and October, as the law says."""
    for year in _YEARS:
        for month, before, after in ((3, 0, 1), (10, 1, 0)):
            change = datetime.combine(_last_sunday(year, month), datetime.min.time(), UTC)
            change += timedelta(hours=1)
            hours = [_offset(london, change + timedelta(seconds=s)) for s in (-1, 0)]
            if hours != [before, after]:
                yield (
                    f"The time zone database of this machine is wrong about London in {year}:"
                    " install the newest tzdata, and start again."
                )
                return


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset / timedelta(hours=1))


def _folders(settings: Settings) -> Iterator[str]:
    wanted = {"the house": settings.home, "service.backups": settings.service.backups,
              "service.checkpoints": settings.service.checkpoints}  # fmt: skip
    for name, folder in wanted.items():
        if folder is not None and not _takes_a_file(folder):
            yield (
                f"The folder of {name} ({folder}) cannot be written: make it, or let the account"
                f" that runs Waymark (number {os.geteuid()}) write to it."
            )


def _takes_a_file(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return True
    except OSError:
        return False


def _mail(settings: Settings, found: Findings) -> None:
    mail = settings.mail
    if not mail.host:
        found.notes.append("No mail server is set: messages are owed and wait.")
        return
    if mail.security == "none":
        if not mail.loopback:
            found.reasons.append(
                "The mail server is used without encryption: set mail.security to starttls or tls."
            )
        return
    if faults := [f"{fault}." for fault in shown_to_mail(mail).faults()]:
        found.reasons += faults
    elif trouble := encryption_trouble(mail):
        found.reasons.append(trouble)


def _sign_in(settings: Settings, found: Findings) -> None:
    if settings.sign_in.issuer:
        from workflows.provider import troubles  # dear, and few houses need it

        found.reasons += troubles(settings.sign_in)


def encryption_trouble(mail: Mail) -> str:
    """Why mail would not leave encrypted; empty where it would. Nothing is sent."""
    try:
        context = ssl.create_default_context(cafile=str(mail.ca_file) if mail.ca_file else None)
        if mail.certificate:
            context.load_cert_chain(mail.certificate, mail.private_key, password=lambda: "")
        if mail.security == "tls":
            smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=context).close()
            return ""
        with smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE) as server:
            server.starttls(context=context)
    except smtplib.SMTPNotSupportedError:
        return (
            f"The mail server {mail.host} offers no encryption (STARTTLS), and nothing is sent"
            " without: ask whoever runs it, or set mail.security to tls with its port."
        )
    except ssl.SSLError:
        return (
            f"The certificate of the mail server {mail.host} is not trusted: name the authority"
            " that signed it with mail.ca_file, or have it renewed."
        )
    except (OSError, smtplib.SMTPException):
        return (
            f"The mail server {mail.host}, port {mail.port}, does not answer as one: check"
            " mail.host, mail.port and the way there."
        )
    return ""


def _rules(home: Path, found: Findings) -> None:
    try:
        rules_of(home)
    except DefinitionError as faulty:
        found.reasons += faulty.faults


def _edition(url: str, found: Findings) -> bool:
    """Whether the database is there, at an edition this release works with."""
    try:
        at = schema.current(url)
    except HouseDown as down:
        found.reasons.append(str(down))
        return False
    if at is None:
        found.reasons.append("The database is empty: make a house with `waymark init`.")
    elif why := schema.why_not(at):
        found.reasons.append(why)
    else:
        found.notes += filter(None, [schema.still_open(at)])
        return True
    return False


def _inside(home: Path, found: Findings) -> None:
    """What only an open house can tell."""
    try:
        premises = walk_in(home)
    except HouseDown as down:
        found.reasons.append(str(down))
        return
    try:
        for look in _LOOKS:
            found.reasons += look(premises)
        _rights(premises, found)
        if premises.store.on_hold:
            found.notes.append("The house is on hold: nothing is mailed until it is released.")
    except (HouseDown, Refused) as fault:
        found.reasons.append(str(fault))
    finally:
        premises.store.close()


def _clocks(premises: Premises) -> Iterator[str]:
    """One way of keeping the clock, and no other at the same time."""
    wanted = premises.settings.clock
    with premises.store.begin() as work:
        lease = work.duty.lease()
    if lease is not None and lease.kind != wanted:
        yield (
            f'Two clocks: the settings say clock = "{wanted}", and the process {lease.holder} keeps'
            f' the clock as "{lease.kind}". Stop that one, or change the setting.'
        )


def _rights(premises: Premises, found: Findings) -> None:
    """Who only works in a house need not be able to take its tables away."""
    if schema.may_change(premises.settings.database_url):
        (found.notes if premises.store.practice else found.reasons).append(_TOO_MANY_RIGHTS)


_TOO_MANY_RIGHTS = (
    "The house works in its database as a user who may make and drop tables: let another one own"
    " them, as deploy/postgresql/ does, and come in WAYMARK_DATABASE_OWNER to `waymark migrate`."
)


def _times(premises: Premises) -> Iterator[str]:
    """A machine whose clock is wrong takes the messages of couriers that are still at work."""
    with premises.store.begin() as work:
        apart = datetime.now(UTC) - work.duty.now()
    if abs(apart) > APART:
        way = "ahead of" if apart > timedelta() else "behind"
        yield (
            f"The clock of this machine is {abs(int(apart.total_seconds()))} seconds {way} the"
            " database's: set both by a time service (NTP)."
        )


def _calendar(premises: Premises) -> Iterator[str]:
    if warning := upkeep.calendar_warning(premises.house):
        yield f"{warning} Put a newer bank_holidays.json into the house, or a newer release."


_LOOKS: tuple[Callable[[Premises], Iterator[str]], ...] = (_clocks, _times, _calendar)
