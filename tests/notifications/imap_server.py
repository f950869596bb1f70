"""A real mailbox server on this machine, for as long as a test runs; its mail is in memory."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
from argparse import Namespace
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "waymark", "canary-of-a-password"
_ARGUMENTS = Namespace(
    host=None, port="0", debug=False, cert=None, key=None, tls=False, proxy_protocol=None,
    passlib_cfg=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
)  # fmt: skip


class Server:
    """The server, run by a thread of its own; security is none, tls or starttls."""

    def __init__(self, security: str = "none", trust: ssl.SSLContext | None = None) -> None:
        self.port = 0
        self._security, self._trust = security, trust
        self._up, self._loop = Event(), asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(20)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def put(self, *letters: bytes, seen: bool = False) -> None:
        """Letters that a mail server leaves in the mailbox."""
        wire = self._signed_in()
        for raw in letters:
            flags = r"(\Seen)" if seen else ""
            assert wire.append("INBOX", flags, None, raw)[0] == "OK"  # type: ignore[arg-type]
        wire.logout()

    def flags(self) -> list[bool]:
        """Of each letter in the mailbox, whether it is flagged as seen."""
        wire = self._signed_in()
        wire.select("INBOX", readonly=True)
        found = wire.fetch("1:*", "(FLAGS)")[1]
        wire.logout()
        return [b"\\Seen" in line for line in found if isinstance(line, bytes)]

    def _signed_in(self) -> imaplib.IMAP4:
        if self._security == "none":
            wire = imaplib.IMAP4("127.0.0.1", self.port)
        else:
            careless = ssl._create_unverified_context()
            if self._security == "tls":
                wire = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=careless)
            else:
                wire = imaplib.IMAP4("127.0.0.1", self.port)
                wire.starttls(careless)
        wire.login(USER, PASSWORD)
        return wire

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        # Of each sign-in, an eighth of a second would go into a hash that guards nothing here.
        quick = BuiltinHash(rounds=1)
        more: dict[str, Any] = {
            "reject_dnsbl": False, "invalid_user_sleep": 0.0, "hash_context": quick,
        }  # fmt: skip
        if self._security == "starttls":
            more |= {"ssl_context": self._trust}
        _ARGUMENTS.tls = self._security == "starttls"
        backend, config = await DictBackend.init(_ARGUMENTS, **more)
        config.apply_context()
        answer = ProxyProtocolReader(config._proxy_protocol).get_callback(
            IMAPServer(backend.login, config)
        )
        implicit = self._trust if self._security == "tls" else None
        listening = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=implicit)
        self.port = listening.sockets[0].getsockname()[1]
        self._up.set()
        await self._stop.wait()
        listening.close()
