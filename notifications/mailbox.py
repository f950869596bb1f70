"""The mailbox letters come to: each unseen one is handed over, and flagged once it is taken."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from engine.errors import HouseDown
from notifications.parts import LARGEST

Result = TypeVar("Result")
_WAITS = "Nothing is lost: what is unread there waits for the next time."


@dataclass(frozen=True, slots=True)
class Box:
    """Where a mailbox is and how to sign in to it; timeout is in seconds.

    With a certificate and its key, files, and no password, it is signed in to by those.
    """

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    cafile: str = ""
    certificate: str = ""
    key: str = ""
    timeout: float = 60


def read_unseen(box: Box, take: Callable[[bytes], None], largest: int = LARGEST) -> None:
    """Hand every unseen letter to take, one at a time, and flag it seen once take has returned.

    Whatever stops it in between, a letter that was not flagged is handed over again. Of a letter
    larger than largest bytes, no more than one byte more comes. Errors: HouseDown.
    """
    with _opened(box) as mailbox:
        for uid in _asked(partial(mailbox.uids, "UNSEEN", charset=None)):
            raw = _asked(partial(_raw, mailbox, uid, largest + 1))
            if raw is not None:
                take(raw)
                _asked(partial(_flag, mailbox, uid))


@contextmanager
def _opened(box: Box) -> Iterator[BaseMailBox]:
    mailbox = _asked(partial(_connected, box))
    try:
        _asked(partial(_signed_in, mailbox, box))
        yield mailbox
    finally:
        # Whatever happens now changes nothing.
        with suppress(Exception):
            mailbox.logout()


def _trust(box: Box) -> ssl.SSLContext | None:
    """Whom to believe. All the machine's certificates are read for it, so only for TLS."""
    if box.security not in ("tls", "starttls"):
        return None
    trust = ssl.create_default_context(cafile=box.cafile or None)
    if box.certificate:
        trust.load_cert_chain(box.certificate, box.key, password=lambda: "")
    return trust


def _connected(box: Box) -> BaseMailBox:
    trust = _trust(box)
    if box.security == "tls":
        return MailBox(box.host, box.port, timeout=box.timeout, ssl_context=trust)
    mailbox = MailBoxUnencrypted(box.host, box.port, box.timeout)
    if box.security == "starttls":
        # Never by opportunity: encryption is begun here, or nothing more is said.
        try:
            _ok(mailbox.client.starttls(trust))
        except BaseException:
            with suppress(OSError):
                mailbox.client.shutdown()
            raise
    return mailbox


def _signed_in(mailbox: BaseMailBox, box: Box) -> None:
    if box.certificate and not box.password:
        _by_certificate(mailbox, box.username)
    else:
        _by_password(mailbox, box)
    mailbox.folder.set(box.folder)


def _by_certificate(mailbox: BaseMailBox, username: str) -> None:
    """RFC 4422, appendix A: TLS has said who it is already."""
    try:
        _ok(mailbox.client.authenticate("EXTERNAL", lambda _: username.encode()))
    except imaplib.IMAP4.error as error:
        raise _NotLetIn from error


class _NotLetIn(ValueError):  # noqa: N818 - what happens, not an error
    """The certificate opens nothing there."""


def _by_password(mailbox: BaseMailBox, box: Box) -> None:
    plain = (box.username + box.password).isascii()
    sign_in = mailbox.login if plain else mailbox.login_utf8
    sign_in(box.username, box.password, initial_folder=None)


def _raw(mailbox: BaseMailBox, uid: str, most: int) -> bytes | None:
    """The bytes as they came, which the library does not keep; None where it is gone meanwhile."""
    answer = mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")
    found = [part[1] for part in _ok(answer) if isinstance(part, tuple)]
    return bytes(found[0]) if found else None


def _flag(mailbox: BaseMailBox, uid: str) -> None:
    # The library's own way to flag also removes for good what a person has marked as deleted.
    _ok(mailbox.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))


def _ok(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error("refused")
    return answer[1]


def _asked(ask: Callable[[], Result]) -> Result:
    """What the server answers. Errors: HouseDown, never with the server's own words."""
    try:
        return ask()
    except (ImapToolsError, imaplib.IMAP4.error, OSError, UnicodeError, ValueError) as fault:
        raise HouseDown(f"The mailbox cannot be read now: {_words(fault)}. {_WAITS}") from None


def _words(fault: Exception) -> str:
    if isinstance(fault, MailboxLoginError):
        return "it refused to sign in; check mail.inbox.username and its password"
    if isinstance(fault, _NotLetIn):
        return "it refused the house's certificate; check mail.certificate and mail.inbox.username"
    if isinstance(fault, MailboxFolderSelectError):
        return "it has no folder of this name; check mail.inbox.folder"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "its certificate is not to be trusted"
    if isinstance(fault, OSError):
        return f"there is no connection to it ({type(fault).__name__})"
    return f"it did not answer as a mailbox does ({type(fault).__name__})"
