"""The kind of a browser: an update makes no other of it, another browser or device does."""

from __future__ import annotations

from engine.browsers import kind_of

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
# Each kind as it was one evening, and as it was after the update of that night.
UPDATED = {
    "Chrome on Windows": (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/120.0.0.0 Safari/537.36",
        f"Mozilla/5.0 (Windows NT 11.0; Win64; x64) {_WEBKIT} Chrome/121.0.6167.85 Safari/537.36",
    ),
    "Edge on Windows": (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/120.0 Safari/537.36 Edg/120.1",
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/121.0 Safari/537.36 Edg/121",
    ),
    "Firefox on Windows": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:122.0) Gecko/20100101 Firefox/122.0",
    ),
    "Firefox on Linux": (
        "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ),
    "Safari on a Mac": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/17.1 Safari/605.1.15",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_2) AppleWebKit/605.1.20 (KHTML, like Gecko)"
        " Version/17.2 Safari/605.1.20",
    ),
    "Safari on a telephone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.2 Mobile/21C66 Safari/604.1",
    ),
    "nothing said": ("", ""),
}


def test_an_update_in_the_night_makes_no_other_browser() -> None:
    """Nobody is out in the morning because a version went up."""
    for evening, morning in UPDATED.values():
        assert kind_of(evening) == kind_of(morning)


def test_another_browser_or_another_device_is_another_kind() -> None:
    kinds = {kind_of(evening) for evening, _ in UPDATED.values()}
    assert len(kinds) == len(UPDATED)


def test_a_browser_that_says_very_much_is_read_no_further() -> None:
    """A kind is no longer than what is read of it, whatever was sent."""
    assert len(kind_of("x " * 1_000_000)) <= 1_000
