"""A message is owed once and carried by one courier at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from engine import outbox
from engine.errors import Absent, Refused
from engine.outbox import State, Verdict
from engine.ports import Store
from store.house import DatabaseStore
from store.instants import written
from store.outbox import FAILED
from tests.store.courier import ME, OTHER, a_try, claim, get, only, owe, park, release, settle
from tests.store.plans import explained
from tests.store.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Pins,
    a_message,
    further,
    keep,
    opening,
)


def test_a_message_comes_back_as_it_was_owed(store: Store, pins: Pins) -> None:
    owed = replace(a_message(), urgent=True, about={"title": "Überfällig “late”", "asks": ""})
    owe(store, pins, owed)
    message = only(store)
    known = (message.case, message.anchor, message.kind, message.recipient, message.role)
    assert known == ("PL-2026-0001", owed.anchor, owed.kind, owed.recipient, owed.role)
    assert (message.urgent, dict(message.about)) == (True, dict(owed.about))
    assert (message.state, message.tries, message.next_at, message.last_words) == (
        State.OWED, 0, None, "",
    )  # fmt: skip
    assert message.owed_at == NOW
    assert message.message_id == outbox.message_id(
        message.case, owed.anchor, owed.recipient, store.mail_domain
    )


def test_one_anchor_and_one_person_make_one_message(store: Store, pins: Pins) -> None:
    """However often a step owes it again, a person gets it once; the first words stand."""
    owe(store, pins, a_message(), a_message(recipient="b@agency.example"))
    with store.begin() as work:
        first = work.outbox.list()
    for hour in range(1, 4):
        again = replace(a_message(), about={"title": "Other words"})
        with store.begin() as work:
            case = work.cases.open("PL-2026-0001")
            work.keep(further(case, NOW + hour * HOUR, owed=[again]))
            work.commit()
    with store.begin() as work:
        assert work.outbox.list() == first


def test_a_role_nobody_holds_makes_a_parked_message_that_says_so(store: Store, pins: Pins) -> None:
    """Nothing owed is lost: a person can see what could not be addressed, and why."""
    owe(store, pins, replace(a_message(recipient=""), role="review_chair@parties"))
    message = only(store)
    assert message.state is State.PARKED
    why = "There is nobody to tell by email in the role: Case Review Panel chair."
    assert why in message.last_words
    assert claim(store) == []
    with pytest.raises(Refused, match="has nobody to go to"):
        release(store, message.id, NOW)


def test_urgent_ones_first_then_the_oldest(store: Store, pins: Pins) -> None:
    keep(store, opening(pins, owed=[a_message("a"), replace(a_message("b"), urgent=True)]))
    earlier = opening(pins, "PL-2026-0002", NOW - DAY, owed=[a_message("c"), a_message("d")])
    keep(store, earlier)
    keep(store, opening(pins, "PL-2026-0003", owed=[replace(a_message("e"), urgent=True)]))
    assert [m.anchor for m in claim(store, limit=2)] == ["b", "e"]
    assert [m.anchor for m in claim(store, limit=2)] == ["c", "d"]
    assert [m.anchor for m in claim(store, limit=2)] == ["a"]
    assert claim(store, limit=0) == []


def test_a_leased_message_is_nobody_elses_until_the_lease_ends(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    (mine,) = claim(store)
    assert claim(store, NOW + HOUR - MINUTE, OTHER) == []
    (theirs,) = claim(store, NOW + HOUR, OTHER)
    assert theirs.id == mine.id


def test_a_lost_lease_never_settles(store: Store, pins: Pins) -> None:
    """R6: whoever lost the lease writes nothing, whatever the mail server told them."""
    owe(store, pins, a_message())
    (mine,) = claim(store)
    (theirs,) = claim(store, NOW + 2 * HOUR, OTHER)
    assert not settle(store, mine, a_try(Verdict.ACCEPTED))
    with store.begin() as work:
        assert work.outbox.attempts(mine.id) == ()
    assert get(store, mine.id).state is State.OWED
    assert settle(store, theirs, a_try(Verdict.ACCEPTED, NOW + 2 * HOUR, OTHER))
    assert not settle(store, theirs, a_try(Verdict.REFUSED, NOW + 2 * HOUR, OTHER))
    assert get(store, mine.id).state is State.ACCEPTED


def test_an_unclaimed_message_cannot_be_settled(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    assert not settle(store, only(store), a_try(Verdict.ACCEPTED))


@pytest.mark.parametrize("ask", ["get", "park", "release"])
def test_a_message_that_is_not_there(store: Store, pins: Pins, ask: str) -> None:
    rest = {"get": (), "park": ("x",), "release": (NOW,)}[ask]
    with store.begin() as work, pytest.raises(Absent, match="There is no message 41"):
        getattr(work.outbox, ask)(41, *rest)


def test_untried_messages_are_given_back(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"))
    first, second = claim(store)
    with store.begin() as work:
        work.outbox.let_go(first, OTHER)
        work.outbox.let_go(second, ME)
        work.commit()
    assert claim(store, courier=OTHER) == [second]


def test_a_dead_couriers_messages_are_given_back(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"), a_message("c"))
    claim(store, limit=2)
    claim(store, courier=OTHER)
    with store.begin() as work:
        assert (work.outbox.free(ME), work.outbox.free("nobody")) == (2, 0)
        work.commit()
    assert [m.anchor for m in claim(store, courier=OTHER)] == ["a", "b"]


def test_nothing_leaves_a_house_on_hold(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message(), replace(a_message("u"), urgent=True))
    store.set_hold(True)
    assert store.on_hold
    assert claim(store) == []
    store.set_hold(False)
    assert not store.on_hold
    assert len(claim(store)) == 2


def test_lists_and_counts(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"), a_message("c"))
    keep(store, opening(pins, "PL-2026-0002", owed=[a_message("d")]))
    settle(store, claim(store, limit=1)[0], a_try(Verdict.ACCEPTED))
    with store.begin() as work:
        counts = {"owed": 3, "accepted": 1, "refused": 0, "parked": 0, "dropped": 0}
        assert work.outbox.counts() == counts
        assert [m.anchor for m in work.outbox.list()] == ["a", "b", "c", "d"]
        assert [m.anchor for m in work.outbox.list(State.OWED)] == ["b", "c", "d"]
        assert [m.anchor for m in work.outbox.list(case="PL-2026-0001")] == ["a", "b", "c"]
        assert [m.anchor for m in work.outbox.list(State.OWED, "PL-2026-0001")] == ["b", "c"]
        assert work.outbox.list(State.PARKED) == ()


def test_what_failed_lately_comes_with_its_last_try(store: Store, pins: Pins) -> None:
    """Refused and parked messages of cases alone, and none that was owed or tried too long ago."""
    tried = {
        "accepted": Verdict.ACCEPTED,
        "refused": Verdict.REFUSED,
        "parked": Verdict.DEFERRED,
        "waiting": Verdict.DEFERRED,
    }
    owe(store, pins, *map(a_message, (*tried, "never tried")))
    messages = {message.anchor: message for message in claim(store)}
    for name, verdict in tried.items():
        assert settle(store, messages[name], a_try(verdict))
    for name in ("parked", "never tried"):
        park(store, messages[name].id)

    def failed(owed: datetime, tried: datetime) -> list[tuple[str, Verdict]]:
        with store.begin() as work:
            found = work.outbox.failed(owed, tried)
            assert [work.outbox.get(m.id) for m, _ in found] == [m for m, _ in found]
            assert [work.outbox.attempts(m.id)[-1] for m, _ in found] == [last for _, last in found]
        return [(message.anchor, last.verdict) for message, last in found]

    assert failed(NOW, NOW) == [("refused", Verdict.REFUSED), ("parked", Verdict.DEFERRED)]
    assert failed(NOW + MINUTE, NOW) == failed(NOW, NOW + MINUTE) == []
    release(store, messages["parked"].id, NOW + HOUR)
    again = next(m for m in claim(store, NOW + HOUR) if m.anchor == "parked")
    assert settle(store, again, a_try(Verdict.REFUSED, NOW + HOUR))
    assert failed(NOW, NOW + MINUTE) == [("parked", Verdict.REFUSED)]


def test_what_failed_is_found_by_its_index(house: DatabaseStore) -> None:
    """A delivery reads none of the messages that arrived, however many there are."""
    plan = explained(house, FAILED, {"owed": written(NOW), "tried": written(NOW)})
    assert "ix_outbox_failed" in plan, plan
