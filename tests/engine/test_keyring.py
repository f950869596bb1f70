"""The editions of a house's secret: which one makes, which still count, and what a file holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import secret_file
from engine.audit import first_fault, fits, seal
from engine.case import Event
from engine.keyring import DIGESTS, FIRST, Edition, Secret

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEXT, WAITING = (
    Edition(1, b"a" * 32),
    Edition(2, b"b" * 32, "sha3_256", NOW),
    Edition(3, b"c" * 32, "sha512", NOW + DAY),
)
SECRET = Secret((OLD, NEXT, WAITING))


def test_what_is_made_at_an_instant_is_made_with_the_edition_in_force_then() -> None:
    """To the very instant: two processes that know both never differ."""
    moment = timedelta(microseconds=1)
    asked = (FIRST, NOW - moment, NOW, NOW + DAY - moment, NOW + DAY, NOW + 1_000 * DAY)
    assert [SECRET.at(each).number for each in asked] == [1, 1, 2, 2, 3, 3]
    assert SECRET.latest == WAITING
    assert SECRET.counting == (OLD, NEXT, WAITING)


def test_an_ended_edition_makes_nothing_and_counts_for_nothing() -> None:
    """What was made with it is made anew with the latest, so that the old no longer fits."""
    ended = Secret((replace(OLD, ended=NOW), NEXT))
    assert ended.at(NOW - DAY) == NEXT
    assert ended.counting == (NEXT,)


def test_a_digest_names_its_edition_unless_it_is_the_first() -> None:
    """Those that were made before there were editions stay as they are."""
    first, second = (each.named("words", 40) for each in (OLD, NEXT))
    assert (len(first), ":" in first) == (40, False)
    assert second == f"2:{NEXT.mac('words').hex()[:40]}"


def test_nobody_is_shown_a_key() -> None:
    assert "aaaa" not in repr(SECRET)


def test_a_file_of_before_is_the_first_edition() -> None:
    raw = b"0123456789abcdef" * 4
    assert secret_file.read(raw) == Secret.of(raw)


_INSTANTS = st.integers(0, 10**15).map(lambda n: NOW + timedelta(microseconds=n))


@given(
    st.lists(
        st.tuples(
            st.binary(min_size=32, max_size=64),
            st.sampled_from(DIGESTS),
            _INSTANTS,
            st.none() | _INSTANTS,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_file_keeps_every_edition(
    rows: list[tuple[bytes, str, datetime, datetime | None]],
) -> None:
    """Key, digest, instant and end, to the microsecond."""
    editions = [Edition(number, *row) for number, row in enumerate(rows, start=1)]
    secret = Secret((replace(editions[0], since=FIRST), *editions[1:]))
    assert secret_file.read(secret_file.written(secret)) == secret


WHOLE = secret_file.written(Secret((OLD, NEXT)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        WHOLE[:-3],
        WHOLE.replace(b"number = 2", b"number = 3"),
        WHOLE.replace(b"sha3_256", b"md5"),
        WHOLE.replace(b"since = ", b"since = '"),
        WHOLE.replace((b"b" * 32).hex().encode(), b"00"),
        WHOLE.replace(b"since = 2026-11-20T09:00:00+00:00", b"since = 7"),
        WHOLE.replace(b"key", b"kay"),
        b"\xff" + WHOLE,
        b"edition = 1\n#[[edition]]",
        b"edition = []\n#[[edition]]",
    ],
)
def test_a_file_that_was_cut_or_changed_is_no_secret(content: bytes) -> None:
    """The house stays shut and says so, rather than make what nobody could check."""
    with pytest.raises(secret_file.NoSecret):
        secret_file.read(content)


def an_event(number: int) -> Event:
    return Event(number, NOW, NOW.date(), "a@b.example", "x", "noted", {"text": "y"}, "c")


def sealed(*digests: str) -> list[Event]:
    """A record whose lines were sealed by one digest after another."""
    head, events = "", []
    for number, by in enumerate(digests, start=1):
        head = seal(head, "RR-2026-0001", an_event(number), by)
        events.append(replace(an_event(number), seal=head))
    return events


def test_a_record_may_be_sealed_by_another_digest_from_a_line_on() -> None:
    """Each seal names its own, so the lines before are proved as they were."""
    events = sealed("sha256", "sha3_256", "sha3_256", "sha512", "sha256")
    assert first_fault("RR-2026-0001", events) is None
    for place in range(len(events)):
        changed = [*events]
        changed[place] = replace(changed[place], actor="somebody.else@b.example")
        told = first_fault("RR-2026-0001", changed) or ""
        assert f"event {place + 1} was changed" in told


@pytest.mark.parametrize(
    "named", ["md5:", "sha256:", "sha3_256:", ":", "sha512:sha3_256:", "SHA512:"]
)
def test_a_seal_counts_under_its_own_name_alone(named: str) -> None:
    """One of a digest that is not taken here, or under the name of another, does not fit."""
    (event,) = sealed("sha256")
    assert fits("", "RR-2026-0001", event)
    assert not fits("", "RR-2026-0001", replace(event, seal=f"{named}{event.seal}"))
