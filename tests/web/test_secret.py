"""A house whose secret is changed: what was made before counts, until its edition is ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.premises import CREDENTIALS, GIVEN_SECRET
from engine.errors import Refused
from engine.keyring import WAIT
from engine.keys import key_of, resembles
from tests.cli.canaries import nhs_number
from tests.cli.driver import Home, refer
from tests.cli.test_story_of_a_death import log_death
from tests.proof.test_offline_verifier import offline
from tests.web.desk import HOSPITAL, Browser, Dispute, words
from tests.web.rooms import Browser as Console
from tests.web.test_authenticator import Telephone, half, is_in, set_up, telephone, typed
from tests.web.test_feeds import Reader, reader
from tests.web.test_sign_in import CHAIR
from web import guard
from workflows import rekeying
from workflows.wiring import Premises, enter

__all__ = ["reader", "telephone"]


@contextmanager
def started_again(premises: Premises) -> Iterator[Premises]:
    """The house as a process finds it that starts now."""
    with enter(premises.home) as found:
        yield found


@pytest.fixture
def hospital(dispute: Dispute) -> Browser:
    return dispute.asked(HOSPITAL)


def test_a_link_of_before_is_answered_after(dispute: Dispute, hospital: Browser) -> None:
    """Also while a code is on its way, and with the key of a mail that goes out again."""
    asked = hospital.ask()
    dispute.house.do("secret", "change", "--minutes", "1")
    dispute.house.at("2025-01-02T10:05")
    with started_again(dispute.premises) as premises:
        again = Browser(premises, hospital.message)
        assert again.key == hospital.key
        again.client.cookies = hospital.client.cookies
        shown = again.post("/open", code=asked)
        assert "A joint assessment." in words(shown)
        assert again.decide("do:disagree", reason="x", disagree_to="same").status_code == 200


def test_what_is_owed_after_has_a_key_of_the_other_edition(
    dispute: Dispute, hospital: Browser
) -> None:
    """A process that has not started again makes and takes the old ones until it is in force."""
    dispute.house.do("secret", "change", "--digest", "sha512")
    dispute.house.at("2025-01-02T10:20")
    with started_again(dispute.premises) as premises:
        Browser(premises, hospital.message).ask()
        newest = max(dispute.messages(kind="code"), key=lambda m: m.id)
        old, new = dispute.premises.store.secret, premises.store.secret
        assert key_of(old, newest) != key_of(new, newest)
        assert key_of(new, newest) == key_of(new, newest).lower()
        assert not resembles(new, key_of(old, newest).partition(".")[2], newest)


def test_an_ended_edition_opens_nothing(dispute: Dispute, hospital: Browser) -> None:
    """And whoever is owed the same again has a link that does."""
    house = dispute.house
    house.do("secret", "change", "--minutes", "0")
    house.at("2025-01-02T10:01")
    ended = house.do("secret", "end", "1")
    assert (ended["edition"], ended["state"], ended["apps_removed"]) == (1, "ended", 0)
    with started_again(dispute.premises) as premises:
        again = Browser(premises, hospital.message)
        assert again.key != hospital.key
        assert again.get().status_code == 200
        again.key = hospital.key
        assert again.enter().status_code == 404
        again.hold(hospital.held)
        assert again.get().status_code == 404
        assert again.post("/code").status_code == 404


def test_a_record_goes_on_under_another_digest(dispute: Dispute, tmp_path: Path) -> None:
    """Every seal, old and new, is proved by the house, and by whoever has the record alone."""
    house, export = dispute.house, tmp_path / "record.json"
    house.do("secret", "change", "--digest", "sha3_256", "--minutes", "0")
    house.at("2025-01-02T10:01")
    with started_again(dispute.premises) as premises:
        Browser(premises, dispute.asked(HOSPITAL).message).sign_in()
        seals = [e["seal"] for e in house.do("export", dispute.reference)["events"]]
    assert [s.startswith("sha3_256:") for s in seals[-2:]] == [True, True]
    assert {":" in s for s in seals[:-2]} == {False}
    assert house.do("verify", dispute.reference)["faults"] == []
    text = house.run("export", dispute.reference).out
    export.write_text(text, encoding="utf-8")
    assert offline(export)[0] == 0
    export.write_text(text.replace("sha3_256:", "sha512:"), encoding="utf-8")
    assert offline(export)[0] == 1


def test_who_is_who_is_proved_with_the_edition_it_was_recorded_under(house: Home) -> None:
    """An identifying fact given later names its edition; the record of before stays as it was."""
    house.at("2025-01-16T09:00")
    first = log_death(house)["reference"]
    house.do("secret", "change", "--minutes", "0")
    house.at("2025-01-16T09:01")
    second = log_death(house, nhs_number=nhs_number(77))["reference"]
    told = [
        [digest for event in house.do("export", str(name))["events"]
         for digest in event["data"].get("identity", {}).values()]
        for name in (first, second)
    ]  # fmt: skip
    assert told[0]
    assert {":" in each for each in told[0]} == {False}
    assert {each.partition(":")[0] for each in told[1]} == {"2"}
    assert house.do("verify")["faults"] == []


def test_an_app_goes_on_and_ends_with_its_edition(premises: Premises, telephone: Telephone) -> None:
    """Then its person signs in with the code by email, and may set up another."""
    set_up(premises, telephone)
    rekeying.change(premises, wait=WAIT)
    premises.store.set_practice_now(premises.house.clock.now() + WAIT)
    with started_again(premises) as later:
        browser = half(later)
        assert typed(browser, telephone.next()).status_code == 303
        assert is_in(browser)
        assert rekeying.end(later, 1, "root").apps == 1
    with started_again(premises) as last:
        assert rekeying.end(last, 1, "root").apps == 0
        before = telephone.secret
        set_up(last, telephone)
        assert telephone.secret != before
        assert [e.number for e in last.store.secret.counting] == [2]


def test_a_form_that_was_shown_before_is_taken_until_its_edition_ends(premises: Premises) -> None:
    browser = Console(premises, CHAIR)
    token = guard.token(premises.store.secret, browser.cookie)
    rekeying.change(premises, wait=timedelta())
    with started_again(premises) as later:
        rekeying.end(later, 1, "root")
        assert _sent(later, browser, token).status_code != 403
    with started_again(premises) as last:
        assert _sent(last, browser, token).status_code == 403


def _sent(premises: Premises, browser: Console, token: str) -> Any:
    """Somebody's form, as a process of the house takes it."""
    other = Console(premises)
    other.client.cookies = browser.client.cookies
    return other.client.post("/visits", data={"guard": token, "end": "none"})


def test_a_calendar_goes_on_and_ends_with_its_edition(reader: Reader) -> None:
    """Then its person is given another password."""
    old, house = reader.feed(), reader.house
    house.do("secret", "change", "--minutes", "0")
    house.at("2025-01-02T10:01")
    with started_again(reader.premises) as premises:
        later = Reader(house, premises, reader.reference)
        new = later.feed()
        assert (old.address, old.password != new.password) == (new.address, True)
        assert [later.read(each).status_code for each in (old, new)] == [200, 200]
    house.do("secret", "end", "1")
    with started_again(reader.premises) as premises:
        last = Reader(house, premises, reader.reference)
        assert [last.read(each).status_code for each in (old, new)] == [401, 200]


def test_two_who_change_a_secret_at_once_make_one_edition(house: Home) -> None:
    """Who comes second is told so: an edition that was put away would open nothing again."""
    with enter(house.folder) as one, enter(house.folder) as other:
        rekeying.change(one)
        before = (house.folder / "secret.key").read_bytes()
        with pytest.raises(Refused, match="somebody else has changed"):
            rekeying.change(other)
    assert (house.folder / "secret.key").read_bytes() == before
    assert (house.folder / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in house.folder.glob("secret*")] == ["secret.key"]
    assert house.refused("secret", "change") == [
        "an edition is waiting to come into force; it has to be so first"
    ]


def test_a_secret_handed_to_the_process_is_not_changed_in_a_folder(
    house: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever handed it over would hand the old one over again."""
    (tmp_path / GIVEN_SECRET).write_bytes((house.folder / "secret.key").read_bytes())
    monkeypatch.setenv(CREDENTIALS, str(tmp_path))
    assert "was handed to this process" in house.refused("secret", "change")[0]


def test_a_backup_comes_back_with_every_edition(house: Home, tmp_path: Path) -> None:
    """And not with a file that was cut short."""
    reference = refer(house)["reference"]
    house.do("secret", "change", "--minutes", "0")
    house.do("backup", str(tmp_path / "house.backup"))
    again, key = Home(tmp_path / "again"), house.folder / "secret.key"
    again.do("restore", str(tmp_path / "house.backup"), "--secret", str(key))
    assert again.do("show", reference)["reference"] == reference
    assert again.do("secret", "list") == house.do("secret", "list")
    (tmp_path / "cut.key").write_bytes(key.read_bytes()[:-9])
    cut = ("--secret", str(tmp_path / "cut.key"))
    told = Home(tmp_path / "third").refused("restore", str(tmp_path / "house.backup"), *cut)
    assert told == ["cut.key is no house's secret, or it was cut short; name another"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["change", "--digest", "md5"], 1),
        (["change", "--minutes", "-1"], 2),
        (["change", "--minutes", "1441"], 2),
        (["end", "1"], 1),
        (["end", "0"], 1),
        (["end", "99"], 1),
    ],
)
def test_what_would_leave_a_house_without_a_secret_is_refused(
    house: Home, words: list[str], code: int
) -> None:
    """With the reason, and the file stays as it was."""
    before = (house.folder / "secret.key").read_bytes()
    assert house.run("secret", *words).code == code
    assert (house.folder / "secret.key").read_bytes() == before
