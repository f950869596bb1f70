"""Where the records are: on this machine, or encrypted at a server whose name is checked."""

from __future__ import annotations

import os

from pydantic import SecretStr

from config.mail import is_loopback

_DATABASES = ("sqlite", "postgresql", "postgres")
# What libpq takes from the environment beside the address, and may lead to another machine.
_ELSEWHERE = ("PGHOSTADDR", "PGSERVICE")
IN_THE_CLEAR = (
    "a PostgreSQL on another machine is reached encrypted and with its name checked, or not at all;"
    " end the address with ?sslmode=verify-full and &sslrootcert= with the file of the authority"
    " that signed the server's certificate, or with &sslrootcert=system for those the machine"
    " trusts (only a socket, or an address of this machine, may do without)"
)


def usable(value: SecretStr) -> SecretStr:
    """An address as it was given. Errors: ValueError, which repeats nothing of it."""
    address = value.get_secret_value()
    if address and address.partition("://")[0].partition("+")[0] not in _DATABASES:
        raise ValueError("an address that begins with sqlite:// or postgresql:// is needed")
    if in_the_clear(address):
        raise ValueError(IN_THE_CLEAR)
    return value


def in_the_clear(address: str) -> bool:
    """Whether records would travel without encryption, or to a server that is not checked.

    The address must say so itself: what else libpq reads can only lead away from this machine.
    """
    if not address.startswith("postgres"):
        return False
    from sqlalchemy import make_url  # noqa: PLC0415 - a house in a file need not wait for it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return False  # whoever opens it says that it is no address
    if url.query.get("sslmode") == "verify-full":
        return False
    named = [place for key in ("host", "hostaddr") for place in _each(url.query.get(key, ()))]
    named += [url.host] if url.host else []
    named = named or _each(os.environ.get("PGHOST", ""))
    led_away = {"service", "conninfo"} & url.query.keys() or any(map(os.environ.get, _ELSEWHERE))
    return bool(led_away) or not all(map(_is_here, named))


def as_owner(address: str, owner: str) -> str:
    """The owner's address, in the schema that a house's own address leads to."""
    from sqlalchemy import make_url  # noqa: PLC0415 - as above
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        inside = make_url(address).query.get("options", "")
        led = make_url(owner).update_query_dict({"options": inside} if inside else {})
    except (ArgumentError, ValueError):
        return owner  # whoever opens it says that it is no address
    return led.render_as_string(hide_password=False)


def _each(given: str | tuple[str, ...]) -> list[str]:
    """The places of one parameter: it may come several times, or name several at once."""
    several = given if isinstance(given, tuple) else (given,)
    return [place for one in several for place in one.split(",") if place]


def _is_here(place: str) -> bool:
    """Whether a place is a socket or this machine, with or without a port behind it."""
    if place.startswith(("/", "@")):
        return True
    return is_loopback(place) or is_loopback(place.rpartition(":")[0])
