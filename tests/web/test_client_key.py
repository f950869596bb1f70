"""The house says who it is to an organisation's sign-in by a key of its own, and by no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, RSAKey
from pydantic import SecretStr

from engine.signing_in import NOT_VOUCHED
from tests.web.identity import CLIENT, LONGEST, SECRET, Identity, identity
from tests.web.rooms import Browser, practice
from tests.web.test_organisation import HOST, is_in, of, out
from tests.web.tokens import CHAIR
from workflows import client_key
from workflows.wiring import Premises


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Premises]:
    with practice(tmp_path / "house") as made:
        yield made


@pytest.fixture
def there() -> Iterator[Identity]:
    """A provider that knows the public key of the house and takes nothing else."""
    with identity(CHAIR) as found:
        found.house_key = ECKey.generate_key("P-256")
        yield found


def written(folder: Path, key: Any, password: str | None = None) -> Path:
    return _with(folder, key.as_pem(private=True, password=password))


def short(folder: Path) -> Path:
    """An RSA key of 1024 bits, as nobody makes them any more."""
    key = generate_private_key(65_537, 1024)
    plain = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return _with(folder, key.private_bytes(*plain))


def keyed(home: Premises, there: Identity, path: Path, **given: Any) -> Premises:
    return of(home, there, client_secret=SecretStr(""), client_key=path, **given)


def comes(house: Premises) -> tuple[int, bool]:
    browser = Browser(house, at=HOST, client=HOST)
    answer = browser.get(out(browser))
    assert (answer.status_code == 403) is (NOT_VOUCHED in answer.text)
    return answer.status_code, is_in(browser)


@pytest.mark.parametrize("kind", ["ES256", "RS256"])
def test_a_word_signed_for_a_minute_says_who_the_house_is_and_nothing_stays(
    home: Premises, there: Identity, tmp_path: Path, kind: str
) -> None:
    """The key decides how it is signed; each word is another, and no secret and no key goes out."""
    if kind == "RS256":
        there.house_key = RSAKey.generate_key(2048)
    house = keyed(home, there, written(tmp_path, there.house_key))
    assert [comes(house), comes(house)] == [(303, True), (303, True)]
    one, other = there.words
    assert one["jti"] != other["jti"]
    assert min(len(word["jti"]) for word in there.words) > 20
    assert max(word["exp"] - word["iat"] for word in there.words) <= LONGEST
    assert one["header"] == {"alg": kind, "typ": "JWT"}
    for form in there.forms:
        assert form["authorization"] == ""
        assert "client_secret" not in form
        assert SECRET not in str(form)


def test_a_word_of_another_key_opens_nothing(
    home: Premises, there: Identity, tmp_path: Path
) -> None:
    """The provider of these tests does look at it: at the key, and at whom it is addressed to."""
    other = keyed(home, there, written(tmp_path, ECKey.generate_key("P-256")))
    assert comes(other) == (403, False)
    mine = keyed(home, there, written(tmp_path, there.house_key))
    there.audience = "https://login.example.org"
    assert comes(mine) == (403, False)
    there.audience = ""
    assert comes(mine) == (303, True)


def test_a_word_that_has_ended_or_lasts_too_long_opens_nothing(
    home: Premises, there: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The house's own word lasts as long as this provider bears, and no longer."""
    house = keyed(home, there, written(tmp_path, there.house_key))
    monkeypatch.setattr(client_key, "LIFE", -1)
    assert comes(house) == (403, False)
    monkeypatch.setattr(client_key, "LIFE", LONGEST + 60)
    assert comes(house) == (403, False)
    monkeypatch.undo()
    assert comes(house) == (303, True)


def test_it_is_addressed_to_the_provider_or_where_it_asks_for_that_to_its_token_endpoint(
    home: Premises, there: Identity, tmp_path: Path
) -> None:
    """One of the two and never both, as the standards differ; the key's name goes along."""
    path = written(tmp_path, there.house_key)
    assert comes(keyed(home, there, path)) == (303, True)
    there.audience = f"{there.issuer}/token"
    assert comes(keyed(home, there, path)) == (403, False)
    house = keyed(home, there, path, client_audience="token_endpoint", client_key_id="house 1")
    assert comes(house) == (303, True)
    assert [word["aud"] for word in there.words] == [
        there.issuer, there.issuer, f"{there.issuer}/token"]  # fmt: skip
    assert there.words[-1]["header"]["kid"] == "house 1"
    assert there.words[-1]["iss"] == there.words[-1]["sub"] == CLIENT


def test_a_key_that_was_renewed_is_used_at_once(
    home: Premises, there: Identity, tmp_path: Path
) -> None:
    """Nobody has to start the house again."""
    house = keyed(home, there, written(tmp_path, there.house_key))
    assert comes(house) == (303, True)
    there.house_key = RSAKey.generate_key(2048)
    assert comes(house) == (403, False)
    written(tmp_path, there.house_key)
    assert comes(house) == (303, True)


BAD: dict[str, Any] = {
    "of a kind nobody asked for": lambda path: written(path, ECKey.generate_key("P-384")),
    "too short": short,
    "behind a password": lambda path: written(path, RSAKey.generate_key(2048), "canary"),
    "a public key": lambda path: _with(path, RSAKey.generate_key(2048).as_pem(private=False)),
    "something else": lambda path: _with(path, b"canary"),
    "nothing": lambda path: _with(path, b""),
    "not there": lambda path: path / "nowhere.key",
    "a folder": lambda path: path,
    "for everybody to read": lambda path: _open(written(path, RSAKey.generate_key(2048))),
}


def _with(folder: Path, text: bytes) -> Path:
    path = folder / "sign-in.key"
    path.touch(0o600)
    path.write_bytes(text)
    return path


def _open(path: Path) -> Path:
    path.chmod(0o644)
    return path


@pytest.mark.parametrize("made", BAD.values(), ids=BAD)
def test_with_a_key_that_cannot_be_used_nobody_is_sent_out_and_nothing_is_shown(
    home: Premises, there: Identity, tmp_path: Path, made: Any
) -> None:
    """Email signs people in meanwhile; why it is so is said to whoever looks over the house."""
    house = keyed(home, there, made(tmp_path))
    answer = Browser(house, at=HOST, client=HOST).get("/sign-in/organisation")
    assert answer.status_code == 503
    assert "sign in by email instead" in answer.text
    assert there.forms == []
    (told,) = client_key.faults(house.settings.sign_in)
    assert told.startswith("sign_in.client_key: ")
    assert "canary" not in told


def test_a_key_that_is_lost_on_the_way_back_is_no_fault_of_whoever_comes(
    home: Premises, there: Identity, tmp_path: Path
) -> None:
    path = written(tmp_path, there.house_key)
    house = keyed(home, there, path)
    browser = Browser(house, at=HOST, client=HOST)
    address = out(browser)
    path.unlink()
    assert browser.get(address).status_code == 503
    assert not is_in(browser)
