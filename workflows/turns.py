"""A round made by a command: it leaves a tick as the service's rounds do, and gives its signal."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from config.settings import Settings
from engine import upkeep
from engine.errors import HouseDown, Refused
from engine.ports import Store
from engine.ticks import Outcome
from workflows.signals import signal_done
from workflows.wiring import Premises, deliver_now


@contextmanager
def turn(store: Store, settings: Settings, name: str) -> Iterator[None]:
    """Note how the work done meanwhile ended, and signal what was done.

    A refusal changes nothing and leaves no tick. Errors: as the work's own; that a failure cannot
    be noted either is no other failure.
    """
    try:
        yield
    except Refused:
        raise
    except Exception:
        with suppress(HouseDown):
            _note(store, name, Outcome.FAILED)
        raise
    _note(store, name, Outcome.DONE)
    signal_done(settings, name)


def _note(store: Store, name: str, outcome: Outcome) -> None:
    by = f"{socket.gethostname()}-{os.getpid()}"
    with store.begin() as work:
        work.duty.begin(name, by)
        work.duty.end(name, by, outcome, "By a command.")
        work.commit()


def sweep_and_deliver(premises: Premises) -> None:
    """Look for what is due and send what is owed, where there is a mail server. Errors: HouseDown.

    As two rounds of a command.
    """
    store, settings = premises.store, premises.settings
    with turn(store, settings, "sweep"):
        upkeep.sweep(premises.house)
    if settings.mail.ready:
        with turn(store, settings, "deliver"):
            deliver_now(premises)
