"""An organisation's own sign-in: a real OpenID Connect provider on this machine, for tests.

It is strict about everything a house sends, and can be told to answer anything.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from web.whole import Window, listen

CLIENT, SECRET = "waymark of northmoor", "canary: a secret/of+the organisation"
BACK = "http://127.0.0.1/sign-in/organisation/back"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 60  # seconds that a word of the house may last
Claims = dict[str, Any]


@cache
def _key() -> RSAKey:
    """Making one takes longer than a test."""
    return RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


@dataclass
class Identity:
    """What the provider is and does; a test changes what is to be otherwise."""

    port: int
    key: RSAKey = field(default_factory=_key)
    email: str = ""
    subject: str = "0815"
    claims: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Identity, Claims], str] | None = None
    answer: Callable[[Claims], Any] = lambda answer: answer
    described: Claims = field(default_factory=dict)
    refuses: str = ""
    more_keys: list[Claims] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    house_key: Any = None
    audience: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    words: list[Claims] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def description(self, _request: Request) -> Response:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token",
                  "jwks_uri": "keys"}  # fmt: skip
        found = {name: f"{self.issuer}/{path}" for name, path in places.items()}
        return JSONResponse({"issuer": self.issuer, **found, **self.described})

    def authorize(self, request: Request) -> Response:
        """Somebody signs in here at once, or does not."""
        query = dict(request.query_params)
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert (query["redirect_uri"], query["code_challenge_method"]) == (BACK, "S256")
        assert {"openid", "email"} <= set(query["scope"].split())
        assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) > 40
        if self.refuses:
            back = {"error": self.refuses, "state": query["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = query
            back = {"code": code, "state": query["state"], "iss": self.issuer}
        return RedirectResponse(f"{BACK}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        """The answer to a code, once, for whoever can show the secret and the verifier."""
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        self.forms.append({**form, "authorization": request.headers.get("authorization", "")})
        query = self.codes.pop(form.get("code", ""), None)
        known = self._signed_for(form) if self.house_key else _is_client(request, form)
        if not known or query is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != query["code_challenge"] or form["redirect_uri"] != BACK:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = self.claims({
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": query["nonce"], "email": self.email, "email_verified": True,
        })  # fmt: skip
        signed = self.sign(self, claims) if self.sign else signed_by(self.key, claims)
        answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}
        return JSONResponse(self.answer(answer))

    def _signed_for(self, form: dict[str, str]) -> bool:
        """Whether the house signed a word for this provider, once and for a short while.

        As RFC 7523 wants it, and with the house's public key alone.
        """
        if form.get("client_assertion_type") != JWT_BEARER:
            return False
        public = type(self.house_key).import_key(self.house_key.as_dict(private=False))
        try:
            word = jwt.decode(form["client_assertion"], public, algorithms=["ES256", "RS256"])
        except (JoseError, ValueError):
            return False
        said, now = word.claims, time.time()
        once = said["jti"] not in [earlier["jti"] for earlier in self.words]
        self.words.append({**said, "header": word.header})
        in_time = now - 5 <= said["iat"] <= now + 5 and now < said["exp"] <= now + LONGEST
        named = (said["iss"], said["sub"], said["aud"]) == (
            CLIENT,
            CLIENT,
            self.audience or self.issuer,
        )
        return once and in_time and named

    def keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False), *self.more_keys]})

    def application(self) -> Starlette:
        routes = [
            Route("/.well-known/openid-configuration", self._up(self.description)),
            Route("/authorize", self._up(self.authorize)),
            Route("/token", self._up(self.token), methods=["POST"]),
            Route("/keys", self._up(self.keys)),
        ]
        return Starlette(routes=routes)

    def _up(self, work: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answered(request: Request) -> Response:
            name = request.url.path.rpartition("/")[2]
            self.asked.append(name)
            if name in self.down:
                return Response("not now", 500)
            found = work(request)
            response: Response = found if isinstance(found, Response) else await found
            return response

        return answered


def signed_by(key: Any, claims: Claims, **header: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": "1", **header}, claims, key)


def _is_client(request: Request, form: dict[str, str]) -> bool:
    """Whether the name and the secret of the house were shown in either usual way."""
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    if kind == "Basic":
        return base64.b64decode(word).decode() == f"{CLIENT}:{SECRET}"
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)


@contextmanager
def identity(email: str) -> Iterator[Identity]:
    """The provider, answering on a port of its own."""
    listening = listen("127.0.0.1", 0)
    found = Identity(listening.getsockname()[1], email=email)
    server = Window(found.application())
    running = threading.Thread(target=server.show, args=(listening,), daemon=True)
    running.start()
    assert server.open.wait(20)
    try:
        yield found
    finally:
        server.should_exit = True
        running.join(20)
