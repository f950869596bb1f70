"""How the house says who it is to an organisation's sign-in by a key of its own, with no secret.

What it shows is signed anew for each question and lasts a minute (private_key_jwt, RFC 7523).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from config.certificate import key_faults
from config.sign_in import SignIn
from workflows.clock import WallClock

METHOD = PrivateKeyJWT.name
LIFE = 60  # seconds
_LEAST = 2048  # bits of an RSA key
_SETTING = "sign_in.client_key"

Key = ECKey | RSAKey


class Unusable(Exception):  # noqa: N818 - what is the matter with the key
    """The key of the house cannot be used; faults() says why."""


def faults(settings: SignIn) -> Iterator[str]:
    """Why the key cannot be used, and what to do; nothing where none is named."""
    if settings.client_key is None:
        return
    if found := [*key_faults(_SETTING, settings.client_key)]:
        yield from found
    elif _read(settings.client_key) is None:
        yield (
            f"{_SETTING}: the file is no private key without a password, in PEM, of a kind that is"
            f" taken: EC on P-256, or RSA of {_LEAST} bits or more"
        )


def shown(settings: SignIn) -> tuple[Key, PrivateKeyJWT]:
    """The key, and what signs one question to the provider with it. Errors: Unusable."""
    path = settings.client_key
    key = _read(path) if path and not [*faults(settings)] else None
    if key is None:
        raise Unusable
    # Of one question: Authlib puts a new jti into these claims.
    claims: dict[str, object] = {"exp": int(WallClock().now().timestamp()) + LIFE}
    # What is not said here is the token endpoint.
    if settings.client_audience == "issuer":
        claims["aud"] = settings.issuer
    header = {"kid": settings.client_key_id} if settings.client_key_id else {}
    kind = "ES256" if isinstance(key, ECKey) else "RS256"
    return key, PrivateKeyJWT(claims=claims, headers=header, alg=kind)


def _read(path: Path) -> Key | None:
    """The private key in a file, read each time as it may have been renewed; None for any other."""
    unusable = (OSError, JoseError, ValueError, TypeError)
    with suppress(*unusable):
        found = ECKey.import_key(path.read_bytes())
        return found if found.is_private and found.curve_name == "P-256" else None
    with suppress(*unusable):
        # A key that is too short is measured first: the library would only warn of it.
        raw = RSAKey.binding.import_from_bytes(path.read_bytes())
        other = RSAKey.import_key(raw) if raw.key_size >= _LEAST else None
        return other if other and other.is_private else None
    return None
