"""The answer pages, served by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.house import premises_at
from cli.output import show
from cli.words import HOME, Home, Json

commands = typer.Typer()

ON_ITS_OWN_MACHINE = "127.0.0.1"


@commands.command("answers")
def answers(
    host: Annotated[str, typer.Option("--host", metavar="H")] = ON_ITS_OWN_MACHINE,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65_535)] = 8_080,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Serve the pages people answer on."""
    import uvicorn

    from web.answers import app_of
    from web.shield import shielded
    from web.whole import scheme_of
    from workflows import logbook

    premises = premises_at(home)
    tls = premises.settings.service.shown.context(host, premises.store.practice)
    logbook.begin(premises.home)
    address = f"{scheme_of(tls)}://{host}:{port}/"
    show({"address": address}, json, [f"Answer pages on {address} (stop with Control-C)"])
    # An address may hold a key, as older mail does: no log of addresses. No header is trusted.
    uvicorn.run(
        shielded(app_of(premises)),
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
        ssl_context_factory=(lambda *_: tls) if tls else None,
    )
