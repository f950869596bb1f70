"""Between a house and its mail: the post its couriers use, and the letters that come in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from config.mail import is_loopback
from config.settings import Settings
from engine.casework import House
from engine.errors import Refused
from engine.letterbox import take_in
from engine.letters import OURS, Failure, Incoming, Kind, Letter, Status
from engine.ports import Store
from engine.unreached import Tolerance
from notifications.letterhead import Letterhead
from notifications.post import Post

if TYPE_CHECKING:
    from notifications.bounces import Bounce
    from notifications.door import Door
    from notifications.mailbox import Box


def post_of(settings: Settings, courier: str, store: Store) -> Post:
    """How this house's mail leaves it. Errors: Refused, with what to set."""
    mail = settings.mail
    if not mail.ready:
        raise Refused(
            ["this house has no mail server: set mail.host and mail.sender in settings.toml;"
             " until then messages stay owed and nothing is lost"]
        )  # fmt: skip
    waits = mail.timeouts
    return Post(
        host=mail.host,
        port=mail.port,
        letterhead=letterhead_of(settings, store),
        courier=courier,
        security=mail.security,
        username=mail.username,
        password=mail.password.get_secret_value(),
        cafile=str(mail.ca_file or ""),
        certificate=str(mail.certificate or ""),
        key=str(mail.private_key or ""),
        opening=waits.connect + 8 * waits.command,
        command=waits.command,
        body=2 * waits.command,
        after_dot=waits.after_dot,
        lease=mail.lease,
        batch=mail.batch,
        connections=mail.connections,
    )


def letterhead_of(settings: Settings, store: Store) -> Letterhead:
    mail = settings.mail
    return Letterhead(
        partnership=settings.partnership or "Safeguarding Children Partnership",
        sender=mail.sender,
        sender_name=mail.sender_name,
        reply_to=mail.reply_to or mail.sender,
        phone=settings.phone or "the number you have for the support team",
        practice=store.practice,
        domain=settings.mail_domain,
        answers=mail.answers,
        replies=mail.replies,
        bounces=mail.bounces,
        secret=store.secret,
    )


@dataclass(slots=True)
class Collected:
    """How many letters were read and what became of each; known ones were taken in before.

    trouble holds the numbers of letters by which a server refused the house and not a recipient.
    """

    read: int = 0
    proposed: int = 0
    kept: int = 0
    bounces: int = 0
    unmatched: int = 0
    known: int = 0
    trouble: list[int] = field(default_factory=list)

    def count(self, letter: Letter | None, incoming: Incoming) -> None:
        """Count one letter, in one of the ways there are."""
        self.read += 1
        if letter is None:
            self.known += 1
        elif letter.status is Status.UNMATCHED:
            self.unmatched += 1
        elif letter.kind is Kind.BOUNCE:
            self.bounces += 1
        elif letter.status is Status.PROPOSED:
            self.proposed += 1
        else:
            self.kept += 1
        if letter and incoming.failure and incoming.failure.kind == OURS:
            self.trouble.append(letter.id)


def collect_letters(settings: Settings, house: House, letters: Iterable[bytes]) -> Collected:
    """Take in letters that were read elsewhere, such as from files."""
    found = Collected()
    for raw in letters:
        _take(settings, house, raw, found)
    return found


def collect_mailbox(settings: Settings, house: House) -> Collected:
    """Take in what is unseen in the mailbox of the settings. Errors: HouseDown, Refused."""
    from notifications.mailbox import read_unseen

    found = Collected()
    read_unseen(_box(settings), lambda raw: _take(settings, house, raw, found))
    return found


def door_of(
    settings: Settings, house: House, host: str = "", port: int = 0, lmtp: bool = False
) -> Door:
    """The door at which another mail server hands letters in; start and stop it.

    Without a host it is for this machine alone; on any other it is encrypted before a letter is
    named. Port 0 takes a free one. Errors: Refused where the house has no address of its own, or no
    certificate to be called by from elsewhere.
    """
    from notifications.door import Door
    from notifications.listener import HERE

    mail = settings.mail
    own = [address for address in (mail.replies, mail.bounces, mail.sender) if address]
    if not own:
        raise Refused(
            ["this house has no address that letters come to: set mail.replies and mail.bounces"]
        )
    place = host or HERE
    door = Door(own, partial(take_letter, settings, house), place, port, lmtp)
    door.tls = None if is_loopback(place) else settings.service.shown.context(place)
    return door


def take_letter(settings: Settings, house: House, raw: bytes) -> None:
    """Take in one letter for good. Errors: HouseDown, Stale; then nothing is kept."""
    _take(settings, house, raw, Collected())


def _box(settings: Settings) -> Box:
    from notifications.mailbox import Box

    inbox = settings.mail.inbox
    if not inbox.host:
        raise Refused(
            ["this house reads no mailbox: set mail.inbox.host in settings.toml, or name files"]
        )
    return Box(
        host=inbox.host,
        port=inbox.port,
        security=inbox.security,
        username=inbox.username,
        password=inbox.password.get_secret_value(),
        folder=inbox.folder,
        cafile=str(settings.mail.ca_file or ""),
        certificate=str(settings.mail.certificate or ""),
        key=str(settings.mail.private_key or ""),
        timeout=settings.mail.timeouts.command,
    )


def _take(settings: Settings, house: House, raw: bytes, found: Collected) -> None:
    from notifications.parts import LARGEST

    whole = len(raw) <= LARGEST
    raw = raw if whole else _head(raw)
    incoming = incoming_of(settings, raw, LARGEST if whole else 0)
    found.count(take_in(house, incoming, raw, tolerance_of(settings)), incoming)


def tolerance_of(settings: Settings) -> Tolerance:
    """How many failures an address may have before somebody else is told."""
    chosen = settings.mail.tolerance
    return Tolerance(chosen.hard, chosen.soft, chosen.days)


def _head(raw: bytes) -> bytes:
    """The headers of a letter that is too large to keep whole."""
    from notifications.parts import HEAD

    ends = [at for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark, 0, HEAD)) >= 0]
    return raw[: min(ends, default=HEAD)] + b"\n\n"


def incoming_of(settings: Settings, raw: bytes, largest: int) -> Incoming:
    """A letter as the house takes it in; of one larger than largest bytes, its headers alone."""
    from notifications.bounces import bounce
    from notifications.inbound import read
    from notifications.parts import keys_in

    found = read(raw, settings.mail_domain, largest)
    failed = None if found.too_large else bounce(raw)
    told = (settings.mail.replies, settings.mail.bounces)
    domains = [address.partition("@")[2] for address in told if address]
    keys = [key for domain in domains for key in keys_in(found.recipients, domain)]
    returned = (failed.message_id,) if failed and failed.message_id else ()
    return Incoming(
        message_id=found.message_id,
        keys=tuple(dict.fromkeys(keys)),
        named=(*returned, *found.in_reply_to),
        sender=found.sender,
        kind=_kind(found.kind, failed),
        words=found.words,
        answer=found.answer,
        back_on=found.back_on,
        subject=found.subject,
        failure=Failure(failed.kind, failed.words, failed.lasting) if failed else None,
    )


def _kind(kind: str, failed: Bounce | None) -> Kind:
    """A server's report of no failure, such as that a mail was read, is a machine's like others."""
    if failed:
        return Kind.BOUNCE
    return Kind.AUTOMATIC if kind == "report" else Kind(kind)
