"""What an organisation could say wrongly of who signed in, and who else could say it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from joserfc.jwk import OctKey, RSAKey

from tests.web.identity import CLIENT, SECRET, Claims, Identity, signed_by

CHAIR = "panel.chair@northmoor-partnership.example"
WORKER = "social.worker@northmoor-council.example"


def _none(there: Identity, claims: Claims) -> str:
    def part(value: Claims) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def _with_our_secret(there: Identity, claims: Claims) -> str:
    return signed_by(OctKey.import_key(SECRET), claims, alg="HS256")


def _with_the_public_key(there: Identity, claims: Claims) -> str:
    """Everybody knows the public key: a house that let the token choose would take this."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"1"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    pem = there.key.as_pem(private=False)
    made = hmac.new(pem, f"{header}.{body}".encode(), hashlib.sha256).digest()
    return f"{header}.{body}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def _another_key(there: Identity, claims: Claims) -> str:
    return signed_by(RSAKey.generate_key(2048), claims)


def _changed(there: Identity, claims: Claims) -> str:
    head, _, mark = signed_by(there.key, claims).split(".")
    body = json.dumps({**claims, "email": CHAIR, "admin": True}).encode()
    return f"{head}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.{mark}"


def _cut(there: Identity, claims: Claims) -> str:
    return signed_by(there.key, claims).rpartition(".")[0] + "."


SIGNED: dict[str, Callable[[Identity, Claims], str]] = {
    "no signature": _none,
    "the secret that both know": _with_our_secret,
    "the public key taken for a secret": _with_the_public_key,
    "another key": _another_key,
    "a key nobody published": lambda there, claims: signed_by(there.key, claims, kid="2"),
    "changed after it was signed": _changed,
    "the signature cut off": _cut,
    "no token at all": lambda _, __: "not.a.token",
    "nothing": lambda _, __: "",
}
NOW = int(time.time())


def _published_secret(there: Identity, claims: Claims) -> str:
    """A provider that publishes what should be secret lets everybody sign with it."""
    key = OctKey.generate_key(256, {"kid": "3"})
    there.more_keys = [key.as_dict(private=True)]
    return signed_by(key, claims, alg="HS256", kid="3")


SIGNED["a secret that the provider published"] = _published_secret
CLAIMED: dict[str, Claims] = {
    "another issuer": {"iss": "https://login.example.org"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another house"},
    "another audience, and asked for by this one": {"aud": "another house", "azp": CLIENT},
    "two audiences, and nobody it was made for": {"aud": [CLIENT, "another house"]},
    "made for another": {"azp": "another house"},
    "another nonce": {"nonce": "0" * 64},
    "no nonce": {"nonce": None},
    "ended": {"exp": NOW - 3_600, "iat": NOW - 7_200},
    "no end": {"exp": None},
    "not yet": {"nbf": NOW + 86_400},
    "from the future": {"iat": NOW + 86_400, "exp": NOW + 90_000},
    "of nobody": {"sub": None},
    "a name without a letter": {"sub": ""},
    "a number for a name": {"sub": 815},
    "several names": {"sub": ["0815"]},
    "a name longer than any": {"sub": "0" * 256},
    "a name on two lines": {"sub": "0815\n"},
    "a name in other letters": {"sub": "\u0660815"},
    "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "an address nobody verified": {"email_verified": False},
    "an address of which it does not say so": {"email_verified": None},
    "a word for yes": {"email_verified": "true"},
    "no address": {"email": None},
    "several addresses": {"email": [CHAIR]},
    "an address that is not here": {"email": "nobody@northmoor-council.example"},
    "nearly an address that is here": {"email": f"{CHAIR}.evil.example"},
    "an address on two lines": {"email": f"{CHAIR}\n"},
    "a letter that becomes another": {"email": WORKER.replace("k", "\u212a")},
}
ANSWERED: dict[str, Any] = {
    "no token in it": {"access_token": "opaque", "token_type": "Bearer"},
    "a number for a token": {"access_token": "opaque", "token_type": "Bearer", "id_token": 7},
    "a list": [1, 2],
    "its own error": {"error": "server_error"},
}
