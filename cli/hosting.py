"""Commands for a host of several houses; --home names the host's folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.codes import DONE, REFUSED
from cli.keeping import Database, warn_of_password
from cli.output import show
from cli.service import HERE, Address, Port, address_of, leave, on_stop
from cli.words import Home, Json
from config.host_file import read_host

HOST = Path("waymark-host")
host = typer.Typer(no_args_is_help=True, help="Several houses in one place, apart.")


@host.command("init")
def init(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="A new folder.")] = None,
    database: Database = "",
    home: Home = HOST,
    json: Json = False,
) -> None:
    """Make a host for several houses.

    With a PostgreSQL database each house gets a schema of it, else a file in its own folder.
    """
    from workflows.hosting import found_host

    warn_of_password(database)
    place = folder or home
    found_host(place, database)
    lines = [f"A new host stands in {place}.", f"Next: waymark host add NAME --home {place}"]
    show({"host": str(place)}, json, lines)


@host.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Like northmoor.")],
    practice: Annotated[bool, typer.Option("--practice", help="With its own clock.")] = False,
    home: Home = HOST,
    json: Json = False,
) -> None:
    """Make a house in the host."""
    from workflows.hosting import add_house

    made = add_house(home, name, practice)
    lines = [
        f"A new house stands in {made}: --home {made} works in it.",
        f"Its own settings are in {made / 'settings.toml'}; keep its secret.key with every backup.",
    ]
    show({"name": name, "home": str(made), "practice": practice}, json, lines)


@host.command("list")
def list_(home: Home = HOST, json: Json = False) -> int:
    """List the houses and whether each is well; code 1 where one is not."""
    from workflows.hosting import Host
    from workflows.monitoring import document_of, signs_of

    found: dict[str, dict[str, Any]] = {}

    def look(name: str, premises: Any) -> None:
        document = document_of(signs_of(premises))
        found[name] = {"name": name, "ok": document["ok"], "faults": document["faults"]}

    everybody = Host(home)
    names = everybody.names()
    broken = everybody.each(look)
    everybody.close()
    found |= {name: {"name": name, "ok": False, "faults": [why]} for name, why in broken.items()}
    rows = [found[name] for name in names if name in found]
    lines = [f"{row['name']}: {'well' if row['ok'] else '; '.join(row['faults'])}" for row in rows]
    show({"houses": rows}, json, lines or ["There is no house in this host yet."])
    return DONE if all(row["ok"] for row in rows) else REFUSED


@host.command("rounds")
def rounds(home: Home = HOST, json: Json = False) -> int:
    """Sweep and deliver in every house, in turn.

    A house that cannot work never stops the others; it is named, and the code is 1.
    """
    from workflows.hosting import Host
    from workflows.turns import sweep_and_deliver

    everybody = Host(home)
    broken = everybody.each(lambda _name, premises: sweep_and_deliver(premises))
    number = len(everybody.names())
    everybody.close()
    lines = [f"{number - len(broken)} of {number} houses were swept and delivered."]
    lines += [f"  {name}: {why}" for name, why in broken.items()]
    show({"houses": number, "broken": broken}, json, lines)
    return REFUSED if broken else DONE


@host.command("serve")
def serve(host: Address = HERE, port: Port = 8_080, home: Home = HOST, json: Json = False) -> None:
    """Pages and rounds of every house in one process.

    /NAME/ leads to a house, and so does a domain that begins with its name. A house whose settings
    give its clock to somebody else is shown, and its rounds are left to them. It stays until it is
    told to stop (Control-C, or SIGTERM), and then ends what is under way.
    """
    from web.host import HostPages
    from web.whole import Window, listen
    from workflows import logbook
    from workflows.host_service import HostService
    from workflows.hosting import Host

    tls = read_host(home).shown.context(host)
    logbook.begin(home)
    everybody = Host(home)
    with listen(host, port) as listening:
        window = Window(HostPages(everybody), tls=tls)
        on_stop(threading.Event(), window)
        service = HostService(everybody)
        service.start()
        _tell(address_of(listening, window.scheme), everybody.names(), json)
        window.show(listening)
        whole = service.stop()
    everybody.close()
    if not whole:
        leave()


def _tell(address: str, names: Sequence[str], as_json: bool) -> None:
    lines = [f"{name}: {address}{name}/" for name in names]
    lines = lines or ["There is no house in this host yet: one that is added is shown at once."]
    document = {"address": address, "houses": list(names), "process": os.getpid()}
    show(document, as_json, [*lines, "Stop with Control-C."])
