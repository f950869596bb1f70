"""The settings of a house's outgoing mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address

from engine.errors import Refused
from notifications.letterhead import Letterhead

STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
SECURITY = (STARTTLS, TLS, PLAIN)

# RFC 5321, 4.5.3.2.6: the answer after the final dot may take ten minutes.
DOT_WAIT = 600.0
MOST_CONNECTIONS = 10


def _here(host: str) -> bool:
    """Whether a host is this very machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Post:
    """How mail leaves the house. Times are seconds.

    security: "starttls" or "tls", both with a verified certificate, or "none", on this machine
    only. cafile: a file of certificates to trust instead of the machine's own. certificate and key:
    files of what the house shows of itself, which may stand for a name and a password.
    opening: the longest time from connecting to being ready. command: the longest wait for one
    answer. body: the longest time to hand a message over. after_dot: the longest wait after it.
    lease: how long claimed messages are this courier's. courier names this process for ever.
    connections: how many stand open at the same time, at most.
    Errors: Refused, listing every fault.
    """

    host: str
    port: int
    letterhead: Letterhead
    courier: str
    security: str = STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    cafile: str = ""
    certificate: str = ""
    key: str = ""
    opening: float = 90.0
    command: float = 60.0
    body: float = 120.0
    after_dot: float = DOT_WAIT
    lease: float = 2700.0
    batch: int = 100
    connections: int = 1

    def __post_init__(self) -> None:
        faults = (*self._place_faults(), *self._secret_faults(), *self._time_faults())
        if faults:
            raise Refused(faults)

    @property
    def longest_dialogue(self) -> float:
        """The longest time one message can take: a connection, four commands, body and answer."""
        return self.opening + 4 * self.command + self.last_words

    @property
    def last_words(self) -> float:
        """The longest time from the first byte of a mail to the answer to it."""
        return self.body + self.after_dot

    def _place_faults(self) -> list[str]:
        faults = []
        if not self.host.strip() or not self.host.isprintable():
            faults.append("The mail server needs a host name.")
        if not 0 < self.port < 65536:  # noqa: PLR2004 - ports are 16 bits
            faults.append("The mail server's port is a number from 1 to 65535.")
        if not self.courier.strip() or not self.courier.isprintable():
            faults.append("The courier needs a name of its own.")
        if self.batch < 1:
            faults.append("A courier takes at least one message at a time.")
        if not 1 <= self.connections <= MOST_CONNECTIONS:
            faults.append(f"A courier opens 1 to {MOST_CONNECTIONS} connections.")
        return faults

    def _secret_faults(self) -> list[str]:
        faults = []
        if self.security not in SECURITY:
            faults.append(f"The mail server's security is one of {', '.join(SECURITY)}.")
        if bool(self.username) != bool(self.password):
            faults.append("Signing in to the mail server takes a user name and a password.")
        if self.security == PLAIN and self.username:
            faults.append("A password is never sent to a mail server without encryption.")
        if self.security == PLAIN and not _here(self.host):
            faults.append(
                "Mail leaves this machine encrypted or not at all: set the security to starttls"
                " or tls."
            )
        return faults

    def _time_faults(self) -> list[str]:
        if min(self.opening, self.command, self.body, self.after_dot, self.lease) <= 0:
            return ["Every waiting time of the mail settings is more than nothing."]
        faults = []
        if self.lease < 2 * self.longest_dialogue:
            faults.append(
                f"The lease is at least twice the longest exchange with the mail server:"
                f" {2 * self.longest_dialogue:g} seconds, not {self.lease:g}."
            )
        if self.after_dot < DOT_WAIT and not self.letterhead.practice:
            faults.append(
                f"Outside practice the answer to a message is awaited for {DOT_WAIT:g} seconds."
            )
        return faults
