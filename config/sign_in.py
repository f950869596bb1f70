"""How people may sign in: by way of an organisation of theirs, and with an app besides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from config.mail import is_loopback, one_line

_LABEL = 60  # letters on a button
Audience = Literal["issuer", "token_endpoint"]


class SignIn(BaseModel):
    """The OpenID Connect provider of an organisation; with no issuer there is none.

    client_key: a private key that says who the house is, instead of the secret. client_audience: to
    whom its word is addressed. only: nobody signs in by email any more. app: an
    authenticator app is asked of everybody, whichever way they come in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    client_key: Path | None = None
    client_key_id: str = ""
    client_audience: Audience = "issuer"
    label: Annotated[str, Field(max_length=_LABEL)] = "your organisation"
    only: bool = False
    app: bool = False

    @field_validator("issuer", "client_id", "client_key_id", "label")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return one_line(value)

    @field_validator("issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        if value and not (value.isascii() and is_safe(value) and "?" not in value):
            raise ValueError("an address that begins with https:// is needed, as its own")
        return value


def is_safe(address: str) -> bool:
    """Whether an address is asked encrypted, or is of this very machine; and has no password."""
    try:
        parts = urlsplit(address)
        host, named = parts.hostname or "", parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    in_the_clear = parts.scheme == "http" and is_loopback(host)
    return bool(host) and named and "#" not in address and (parts.scheme == "https" or in_the_clear)


def disagreements(sign_in: SignIn, answers: str) -> Iterator[str]:
    """Say which settings are each well written but do not go together.

    answers is mail.answers: the provider sends people back to where the pages are.
    """
    if sign_in.only and not sign_in.issuer:
        yield "sign_in.only: without sign_in.issuer nobody could sign in at all"
    if not sign_in.issuer:
        return
    if not sign_in.client_id:
        yield "sign_in.client_id: the name that the provider gave to this house is needed"
    yield from _of_the_house(sign_in)
    if not answers:
        yield "mail.answers: sign_in.issuer needs the address at which the pages are served"


def _of_the_house(sign_in: SignIn) -> Iterator[str]:
    """One thing says who the house is, so that taking it away at the provider is the end of it."""
    if not (sign_in.client_secret or sign_in.client_key):
        yield (
            "sign_in.client_secret: the secret that the provider gave to this house is needed, or"
            " sign_in.client_key"
        )
    if sign_in.client_secret and sign_in.client_key:
        yield "sign_in.client_key: it stands in for the secret; take sign_in.client_secret away"
    if sign_in.client_key_id and not sign_in.client_key:
        yield "sign_in.client_key_id: it names a key, and no sign_in.client_key was given"
