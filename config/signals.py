"""Whom the house signals that a round was done: a watcher that rings when a signal stays away."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from config.mail import is_loopback

ADDRESS = "an address that begins with https:// is needed, with a server's name and no password"


class Signals(BaseModel):
    """An address for each round; empty where nobody watches. Whoever knows one can feign a signal,
    so they are kept as secrets are."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    sweep: SecretStr = SecretStr("")
    deliver: SecretStr = SecretStr("")
    collect: SecretStr = SecretStr("")
    backup: SecretStr = SecretStr("")
    checkpoint: SecretStr = SecretStr("")

    @field_validator("*")
    @classmethod
    def _an_address(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if text and not (text.isascii() and text.isprintable() and _usable(text)):
            raise ValueError(ADDRESS)
        return value

    def of(self, name: str) -> str:
        """Where the end of a round is signalled; empty where nobody watches it."""
        found = getattr(self, _ROUNDS.get(name, name), None)
        return found.get_secret_value() if isinstance(found, SecretStr) else ""


def _usable(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    return named and " " not in text and _safe(parts)


def _safe(parts: SplitResult) -> bool:
    """Encrypted; in the clear only to this machine."""
    in_the_clear = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return parts.scheme == "https" or in_the_clear


# The service's own names of rounds, where they are other words.
_ROUNDS = {"back_up": "backup", "verify_and_checkpoint": "checkpoint"}
