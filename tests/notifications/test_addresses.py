"""Which addresses mail can be sent to: the lengths of RFC 5321, 4.5.3.1, and no letter more."""

from __future__ import annotations

import pytest

from notifications.letterhead import is_address, is_domain

LABEL = "d" * 63
LONGEST = ".".join([LABEL, LABEL, LABEL, "e" * 61])


@pytest.mark.parametrize(("letters", "fits"), [(1, True), (64, True), (65, False), (66, False)])
def test_the_part_before_the_at_sign_has_64_letters_at_most(letters: int, fits: bool) -> None:
    """A mail server may refuse a longer one, so nobody is entered in the house with it."""
    assert is_address("a" * letters + "@trust.example") is fits


def test_a_mail_domain_has_253_letters_at_most_and_63_between_two_dots() -> None:
    assert len(LONGEST) == 253
    assert is_domain(LONGEST)
    assert is_address(f"lead@{LONGEST}")
    assert not is_domain(f"{LONGEST}e")
    assert not is_domain(f"{LABEL}d.example")
