"""Commands that stay: the service, the heartbeat and the worker; and a round made by hand."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from cli.house import premises_at
from cli.output import complain, show
from cli.words import HOME, Home, Json
from engine.errors import HouseDown, Refused

commands = typer.Typer()

HERE = "127.0.0.1"
Address = Annotated[str, typer.Option("--host", metavar="H", help="The address to answer on.")]
Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65_535)]


@commands.command("serve")
def serve(
    host: Address = HERE,
    port: Port = 8_080,
    no_web: Annotated[bool, typer.Option("--no-web", help="Rounds, and no pages.")] = False,
    web_only: Annotated[bool, typer.Option("--web-only", help="Pages, and no rounds.")] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Pages and heartbeat in one process.

    Sweeps, delivers, collects and the rest of the rounds by itself. It stays until it is told to
    stop (Control-C, or SIGTERM), and then ends what is under way.
    """
    if no_web and web_only:
        raise Refused(["--no-web and --web-only together leave nothing to do"])
    premises = premises_at(home)
    rounds = not web_only and premises.settings.clock == "embedded"
    if no_web and not rounds:
        raise Refused([_another_clock(premises.settings.clock)])
    stay(premises, "embedded" if rounds else "", None if no_web else (host, port), json)


def _another_clock(clock: str) -> str:
    other = "waymark heartbeat" if clock == "heartbeat" else "Prefect"
    return f'the settings of this house say clock = "{clock}": its rounds are made by {other}'


@commands.command("heartbeat")
def heartbeat(home: Home = HOME, json: Json = False) -> None:
    """Make the rounds of a house whose pages are served elsewhere.

    For clock = "heartbeat". Of several, on any machines, one keeps the clock and the rest wait.
    """
    premises = premises_at(home)
    if premises.settings.clock != "heartbeat":
        raise Refused([_another_clock(premises.settings.clock)])
    stay(premises, "heartbeat", None, json)


@commands.command("worker")
def worker(home: Home = HOME, json: Json = False) -> None:
    """Send what is owed, beside other workers on any machines."""
    premises = premises_at(home)
    if not premises.settings.mail.ready:
        raise Refused(["this house has no mail server: set mail.host and mail.sender"])
    stay(premises, "worker", None, json)


@commands.command("round")
def round_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Like sweep or back_up.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Make one round of the service by hand, as the service would."""
    from workflows.rounds import ROUNDS, Desk, make

    if name not in ROUNDS:
        raise Refused([f"there is no such round; there are {', '.join(ROUNDS)}"])
    words = asyncio.run(make(name, Desk(premises_at(home))))
    show({"round": name, "words": words}, json, [f"{name}: {words}"])


def stay(premises: Any, kind: str, address: tuple[str, int] | None, as_json: bool) -> None:
    """Serve pages, make rounds, or both, until a signal ends it."""
    from workflows import logbook

    logbook.begin(premises.home)
    done = threading.Event()
    with ExitStack() as stack:
        if kind and premises.store.practice and not premises.settings.mail.host:
            from cli.stagecraft import catching

            # What a practice house mails can be read in its folder, and goes nowhere else.
            premises, _ = stack.enter_context(catching(premises))
        if kind not in ("", "worker") and premises.settings.service.door:
            _open_door(premises, stack)
        premises, window, listening = _window(premises, address, stack)
        on_stop(done, window)
        service = _service(premises, kind)
        if service is not None:
            service.start(window.open if window else None)
        where = address_of(listening, window.scheme) if window else ""
        _tell(kind, where, premises.store.practice, as_json)
        if window is not None and listening is not None:
            window.show(listening)
        else:
            done.wait()
        whole = service is None or service.stop()
    if not whole:
        leave()


def on_stop(done: threading.Event, window: Any) -> None:
    """Let the signals that end a program set an event, and close the window where there is one."""

    def stop(*_: object) -> None:
        done.set()
        if window is not None:
            window.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _open_door(premises: Any, stack: ExitStack) -> None:
    """Take letters in beside the rounds. Errors: HouseDown where the port is taken."""
    from workflows.mailing import door_of

    port = premises.settings.service.door
    door = door_of(premises.settings, premises.house, port=port)
    try:
        door.start()
    except OSError as fault:
        raise HouseDown(f"Letters cannot be taken in on port {port} ({fault.strerror}).") from None
    stack.callback(door.stop)


def _window(
    premises: Any, address: tuple[str, int] | None, stack: ExitStack
) -> tuple[Any, Any, Any]:
    if address is None:
        return premises, None, None
    from web.whole import Window, listen, pages_of, scheme_of

    tls = premises.settings.service.shown.context(address[0], premises.store.practice)
    listening = stack.enter_context(listen(*address))
    premises = _linking(premises, listening.getsockname()[1], scheme_of(tls))
    root = _root(premises.settings.mail.answers)
    return premises, Window(pages_of(premises), root, tls), listening


def _root(answers: str) -> str:
    """The path under which the server in front shows the pages, from their address."""
    return urlsplit(answers).path.rstrip("/")


def _linking(premises: Any, port: int, scheme: str) -> Any:
    """A practice house whose mail goes nowhere links to its pages on this machine."""
    settings = premises.settings
    if not premises.store.practice or settings.mail.answers or not settings.mail.loopback:
        return premises
    mail = settings.mail.model_copy(update={"answers": f"{scheme}://{HERE}:{port}"})
    return replace(premises, settings=settings.model_copy(update={"mail": mail}))


def _service(premises: Any, kind: str) -> Any:
    if not kind:
        return None
    from workflows.prefect_door import Prefect
    from workflows.service import WORKER, Service

    wanted = premises.settings.service
    prefect = Prefect(premises.home, wanted.history_days) if wanted.prefect else None
    return Service(premises, kind, None if kind == WORKER else prefect)


_SENDS = "What this house owes is sent from here, beside other workers."
_ROUNDS = (
    "The rounds of this house are made here; where another process makes them, this one waits."
)


def _tell(kind: str, address: str, practice: bool, as_json: bool) -> None:
    document: dict[str, Any] = {"clock": kind or None, "process": os.getpid()}
    lines = [_SENDS if kind == "worker" else _ROUNDS] if kind else []
    if address:
        document["address"] = address
        lines.append(f"Pages on {address}")
        if practice:
            document["practice"] = f"{address}practice"
            lines.append(f"Its clock, its mail and who can sign in: {document['practice']}")
    show(document, as_json, [*lines, "Stop with Control-C."])


def address_of(listening: Any, scheme: str) -> str:
    """Where the pages are that are shown on a socket."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}/"


def leave() -> None:
    """Leave without what would not end: each piece of work is kept whole or not at all."""
    complain("A round would not end in time and was left; the next one goes on from there.")
    sys.stdout.flush()
    os._exit(0)
