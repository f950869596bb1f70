"""The certificates the house shows, to whoever calls it or is called, with their keys."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.mail import Mail, is_loopback
from engine.errors import Refused

_GROUP, _ANYBODY = 0o040, 0o077


@dataclass(frozen=True, slots=True)
class Certificate:
    """Two files in PEM; with neither, the house is called in the clear and on its machine alone.

    place is what stands before the names of the two settings.
    """

    file: Path | None = None
    key: Path | None = field(default=None, repr=False)
    place: str = "service."

    def context(self, host: str, practice: bool = False) -> ssl.SSLContext | None:
        """What a server on an address speaks TLS by; None for plain words on this machine.

        Errors: Refused with every reason.
        """
        if reasons := [*self.faults(), *self._exposed(host, practice)]:
            raise Refused(reasons)
        return self._loaded() if self.file and self.key else None

    def faults(self) -> Iterator[str]:
        """Why TLS cannot be spoken with the files, and what to do; nothing where none is named."""
        yield from disagreements(self)
        if self.file is None or self.key is None:
            return
        unread = [*_unreadable(f"{self.place}certificate", self.file)]
        unread += [*_unreadable(f"{self.place}private_key", self.key)]
        yield from unread
        if unread:
            return
        yield from key_faults(f"{self.place}private_key", self.key)
        try:
            self._loaded()
        except (ssl.SSLError, OSError, ValueError) as fault:
            yield f"{self.place}private_key: {_words(fault)}"

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if self.file is not None:
            # A key behind a password would be asked for at a terminal that is not there.
            context.load_cert_chain(self.file, self.key, password=lambda: "")
        return context

    def _exposed(self, host: str, practice: bool) -> Iterator[str]:
        if not (self.file or practice or is_loopback(host)):
            yield (
                f"nothing is said in the clear beyond this machine: set {self.place}certificate and"
                f" {self.place}private_key, or answer on 127.0.0.1"
            )


def shown_to_mail(mail: Mail) -> Certificate:
    """What the house shows to its mail server and its mailbox, where that is how it signs in."""
    return Certificate(mail.certificate, mail.private_key, "mail.")


def disagreements(named: Certificate) -> Iterator[str]:
    """Say which of the two settings is missing beside the other."""
    if named.file and not named.key:
        yield f"{named.place}private_key: the key that belongs to the certificate is needed"
    if named.key and not named.file:
        yield f"{named.place}certificate: a private key was given, but no certificate"


def key_faults(setting: str, path: Path) -> Iterator[str]:
    """Why the file of a private key is not used, whatever is in it; setting is what names it."""
    unread = [*_unreadable(setting, path)]
    yield from unread
    if not unread and others_read(path.stat()):
        yield (
            f"{setting}: others on this machine may read it; make it the house's alone (chmod 600),"
            " or have another made, as this one may be known"
        )


def _unreadable(setting: str, path: Path) -> Iterator[str]:
    try:
        path.read_bytes()
    except OSError as fault:
        yield f"{setting}: the file cannot be read ({fault.strerror})"


def others_read(found: os.stat_result) -> bool:
    """Whether more than its owner may read a file; of one of root's, also a group of root's choice.

    So it is with what systemd hands to a service.
    """
    mode = stat.S_IMODE(found.st_mode)
    return bool(mode & (_ANYBODY & ~_GROUP if found.st_uid == 0 else _ANYBODY))


def _words(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLError) and fault.reason == "KEY_VALUES_MISMATCH":
        return "it does not belong to the certificate"
    return "the two files are no certificate and no key without a password, in PEM"
