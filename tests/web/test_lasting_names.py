"""An address can be given to somebody else; the name an organisation has for a person cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.premises import LOG
from engine import signing_in
from engine.signing_in import NOT_VOUCHED
from tests.store.holdings import everything
from tests.web.identity import Identity, identity
from tests.web.rooms import Browser, practice
from tests.web.test_gatebook import told
from tests.web.test_organisation import HOST, is_in, of, out, words
from tests.web.tokens import CHAIR, WORKER
from workflows.wiring import Premises

FIRST, SECOND = "subject-of-the-first", "subject-of-the-second"


@pytest.fixture
def there() -> Iterator[Identity]:
    with identity(CHAIR) as found:
        found.subject = FIRST
        yield found


@pytest.fixture
def premises(tmp_path: Path, there: Identity) -> Iterator[Premises]:
    with practice(tmp_path / "house") as made:
        yield of(made, there)


def comes(premises: Premises) -> tuple[int, bool, str]:
    """What becomes of somebody who comes back: the answer, whether they are in, and the words."""
    browser = Browser(premises, at=HOST, client=HOST)
    answer = browser.get(out(browser))
    return answer.status_code, is_in(browser), words(answer)


def held(premises: Premises) -> list[tuple[str, bool]]:
    """Who is bound, or was."""
    rows = everything(premises.settings.database_url)["bond"]
    return [
        (row["email"], row["released_at"] is None) for row in sorted(rows, key=lambda r: r["id"])
    ]


def test_whoever_came_once_comes_again_whatever_became_of_the_letters_of_their_address(
    premises: Premises, there: Identity
) -> None:
    """The first time binds, and nothing of the name can be read in the database."""
    assert comes(premises)[1]
    there.email = CHAIR.upper()
    assert comes(premises)[1]
    assert held(premises) == [(CHAIR, True)]
    assert FIRST not in str(everything(premises.settings.database_url))


def test_an_address_that_somebody_else_has_now_opens_nothing(
    premises: Premises, there: Identity
) -> None:
    """In the words for somebody who is not known, and nothing of theirs is kept."""
    assert comes(premises)[1]
    visits = everything(premises.settings.database_url)["visit"]
    there.subject = SECOND
    refused = comes(premises)
    assert refused[:2] == (403, False)
    assert NOT_VOUCHED in refused[2]
    there.email = "nobody@northmoor-council.example"
    assert comes(premises) == refused
    assert everything(premises.settings.database_url)["visit"] == visits
    assert held(premises) == [(CHAIR, True)]


def test_whoever_took_over_the_address_of_another_does_not_come_in_as_them(
    premises: Premises, there: Identity
) -> None:
    """A name that is bound to one person opens nothing of another's, verified as it may be."""
    assert comes(premises)[1]
    there.email = WORKER
    assert comes(premises)[:2] == (403, False)
    there.subject = SECOND
    assert comes(premises)[1]
    assert held(premises) == [(CHAIR, True), (WORKER, True)]


def test_the_same_name_at_another_organisation_is_another_persons(
    premises: Premises, there: Identity
) -> None:
    """Each numbers its people as it likes."""
    assert comes(premises)[1]
    with identity(CHAIR) as elsewhere:
        elsewhere.subject = FIRST
        assert comes(of(premises, elsewhere))[:2] == (403, False)
    assert comes(of(premises, there))[1]


def test_whoever_keeps_the_house_lets_a_person_be_bound_anew(
    premises: Premises, there: Identity
) -> None:
    """Somebody new holds the address: they are in from then on, and who had it before is not."""
    assert comes(premises)[1]
    there.subject = SECOND
    assert not comes(premises)[1]
    signing_in.unbind(premises.house, CHAIR, "root")
    assert comes(premises)[1]
    assert held(premises) == [(CHAIR, False), (CHAIR, True)]
    there.subject = FIRST
    assert not comes(premises)[1]


def test_nobody_is_bound_who_is_not_let_in(premises: Premises, there: Identity) -> None:
    """Neither an address that was not verified nor somebody who is not in the directory."""
    there.claims = lambda claims: {**claims, "email_verified": False}
    assert not comes(premises)[1]
    there.claims = lambda claims: claims
    there.email = "nobody@northmoor-council.example"
    assert not comes(premises)[1]
    assert held(premises) == []


def test_the_log_says_that_a_name_was_another_and_names_nobody(
    premises: Premises, there: Identity
) -> None:
    """So that the support team knows why somebody is kept out; other refusals do not say it."""
    comes(premises)
    there.email = "nobody@northmoor-council.example"
    comes(premises)
    there.email, there.subject = CHAIR, SECOND
    comes(premises)
    assert [line["event"] for line in told(premises.home)] == [
        "signed_in", "browser_is_new", "turned_away", "known_by_another_name", "turned_away",
    ]  # fmt: skip
    log = (premises.home / LOG).read_text("utf-8")
    for name in (CHAIR, FIRST, SECOND, there.issuer):
        assert name not in log
