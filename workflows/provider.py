"""The sign-in of an organisation, asked by OpenID Connect: where to send somebody, and who came.

What an organisation says of time is compared with the world's clock, also in a practice house.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from config.sign_in import SignIn, is_safe
from engine.bonds import Vouched
from engine.visits import SHORT
from workflows import client_key
from workflows.clock import WallClock

PATIENCE = 5.0  # seconds for each answer of the provider
_TURN = 1.0  # seconds to wait where others are being asked about
_AT_ONCE = 8  # a provider that hangs must not hold every thread of the pages
_TURNS = BoundedSemaphore(_AT_ONCE)
_LEEWAY = 60  # seconds that its clock may be apart from this one
_ERRAND = SHORT.total_seconds()
_LONGEST_SUBJECT = 255  # letters, by OpenID Connect Core 1.0
_REMEMBERED = 600  # seconds for which a provider's description is not asked again
_WAYS = "token_endpoint_auth_methods_supported"
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed with a key of the provider's own. "none" is no signature, and HS... is one that whoever
# knows the public key, or our secret, could make.
ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]

# What others send can be of any shape.
_UNREADABLE = (
    OAuthError, JoseError, httpx2.InvalidURL, ValueError, TypeError, KeyError, AttributeError,
    RecursionError,
)  # fmt: skip


class Away(Exception):  # noqa: N818 - what happened to the provider
    """The provider did not answer."""


class Wrong(Exception):  # noqa: N818 - what is the matter with the answer
    """The provider answered something that signs nobody in."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider of one house; back is the address at which it hands people back."""

    settings: SignIn
    back: str

    def way(self, state: str, nonce: str, verifier: str, again: bool = False) -> str:
        """Where to send somebody's browser; again: to sign in there whatever was open there.

        Errors: Away, Wrong.
        """
        more = {"prompt": "login", "max_age": 0} if again else {}
        with _answering():
            described = _described(self.settings.issuer, _now_and_then())
            with self._client(described) as client:
                address, _ = client.create_authorization_url(
                    described["authorization_endpoint"],
                    state=state,
                    nonce=nonce,
                    code_verifier=verifier,
                    **more,
                )
        return str(address)

    def who(self, code: str, nonce: str, verifier: str, again: bool = False) -> Vouched:
        """Who came back with a code; their address is empty where it was not verified.

        again: the provider must say that they signed in there just now. Errors: Away, Wrong.
        """
        with _answering():
            described = _described(self.settings.issuer, _now_and_then())
            with self._client(described) as client:
                token = client.fetch_token(
                    described["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
            claims = self._claims(token, _read(described["jwks_uri"]), nonce)
            if again and not _just_now(claims):
                raise Wrong
        return Vouched(_verified(claims), self.settings.issuer, _subject(claims))

    def _client(self, described: Mapping[str, Any]) -> Any:
        word, way = self._shown(described)
        return OAuth2Client(
            self.settings.client_id,
            word,
            scope="openid email",
            redirect_uri=self.back,
            code_challenge_method="S256",
            token_endpoint_auth_method=way,
            timeout=PATIENCE,
            follow_redirects=False,
        )

    def _shown(self, described: Mapping[str, Any]) -> tuple[Any, Any]:
        """What says that it is the house who asks, and how it is shown. Errors: Unusable."""
        if self.settings.client_key:
            return client_key.shown(self.settings)
        basic = "client_secret_basic" in described.get(_WAYS, ["client_secret_basic"])
        way = "client_secret_basic" if basic else "client_secret_post"
        return self.settings.client_secret.get_secret_value(), way

    def _claims(
        self, token: Mapping[str, Any], keys: Mapping[str, Any], nonce: str
    ) -> Mapping[str, Any]:
        """What the provider signed, once everything about it is right."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        signed = jwt.decode(token["id_token"], KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type] # whatever the provider sent
        settings = self.settings
        wanted = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        }
        known = {
            "nonce": nonce,
            "client_id": settings.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(signed.claims, signed.header, wanted, known)
        claims.validate(now=int(WallClock().now().timestamp()), leeway=_LEEWAY)
        return dict(claims)


def _just_now(claims: Mapping[str, Any]) -> bool:
    """Whether somebody signed in at the provider within the time a way there may take."""
    return int(claims["auth_time"]) >= WallClock().now().timestamp() - _ERRAND - _LEEWAY


def _verified(claims: Mapping[str, Any]) -> str:
    """The address that was verified, or nothing.

    Letters beyond ASCII can become others where capital letters are made small ones.
    """
    email = claims.get("email")
    plain = isinstance(email, str) and email.isascii() and email.isprintable()
    return str(email) if plain and claims.get("email_verified") is True else ""


def _subject(claims: Mapping[str, Any]) -> str:
    """The name that the provider has for somebody for good. Errors: Wrong where it is none."""
    found = claims["sub"]
    plain = isinstance(found, str) and found.isascii() and found.isprintable()
    if not (plain and 0 < len(found) <= _LONGEST_SUBJECT):
        raise Wrong
    return str(found)


def troubles(settings: SignIn) -> Iterator[str]:
    """Why nobody could sign in by way of a provider, for whoever set it up."""
    issuer = settings.issuer
    yield from (f"{fault}." for fault in client_key.faults(settings))
    try:
        with _answering():
            ways = _described.__wrapped__(issuer, 0).get(_WAYS, [client_key.METHOD])
            if not settings.client_key or client_key.METHOD in ways:
                return
        yield (
            f"The organisation's sign-in at {issuer} says that it takes no key of the house"
            f" ({client_key.METHOD}): have it allowed there, or set sign_in.client_secret instead."
        )
    except Away:
        yield (
            f"The organisation's sign-in at {issuer} does not answer: check sign_in.issuer, and"
            " whether this machine may ask it."
        )
    except Wrong:
        yield (
            f"What answers at {issuer} does not describe itself as that provider, with encrypted"
            " addresses: write sign_in.issuer exactly as the provider names itself."
        )


@contextmanager
def _answering() -> Iterator[None]:
    """A turn to ask the provider, and every fault as what it says of it."""
    if not _TURNS.acquire(timeout=_TURN):
        raise Away
    try:
        yield
    # A house that cannot say who it is asks nobody, and nobody who signs in can help it.
    except (httpx2.HTTPError, client_key.Unusable):
        raise Away from None
    except _UNREADABLE:
        raise Wrong from None
    finally:
        _TURNS.release()


def _now_and_then() -> int:
    """A number that changes whenever a description is to be asked again."""
    return int(time.monotonic() // _REMEMBERED)


@lru_cache(maxsize=64)
def _described(issuer: str, _when: int) -> Mapping[str, Any]:
    """How a provider describes itself (OpenID Connect Discovery). Errors: Wrong."""
    found = _read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    safe = all(isinstance(found.get(name), str) and is_safe(found[name]) for name in _PLACES)
    if found.get("issuer") != issuer or not safe:
        raise Wrong
    return found


def _read(address: str) -> Mapping[str, Any]:
    answer = httpx2.get(address, timeout=PATIENCE, follow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise Wrong
    return found
