"""What a step does about calendars: nothing, unless it ends a case or stops its clocks."""

from __future__ import annotations

import pytest

from engine import casework
from engine.casework import Caller
from store.memory import MemoryStore
from store.memory.outbox import Outbox
from tests.desk import AREA
from tests.proof.houses import SECRET, begin, furnish

KEEPER = Caller("business_manager@council.example", "account")


def test_an_ordinary_step_reads_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case may have hundreds of messages; a note on it asks for none of them."""
    bench, _ = begin(furnish(MemoryStore(SECRET, area=AREA)), "rapid_review", 1, 1)

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the outbox was read")

    monkeypatch.setattr(Outbox, "list", asked)
    assert casework.note(bench.house, bench.reference, KEEPER, "Seen.").events
