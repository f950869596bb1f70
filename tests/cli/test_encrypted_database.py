"""A PostgreSQL on another machine is reached encrypted and checked, or not at all.

The server is a real one behind TLS, under a name of another machine (`hostaddr` leads here).
"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from config.database import IN_THE_CLEAR
from tests import postgres
from tests.certificates import Papers, papers
from tests.cli.driver import SAMPLE, Home, refer
from tests.postgres_front import Front, front

NAME = "db.example.org"
SECRET = "hunter2-canary"


def address(url: str, there: Front, **more: str) -> str:
    """The address of a database as another machine would have it."""
    known = make_url(url)
    query = {"hostaddr": "127.0.0.1", **more}
    elsewhere = known.set(host=NAME, port=there.port, query=query, drivername="postgresql")
    return elsewhere.render_as_string(hide_password=False)


def founded(folder: Path, url: str) -> Home:
    """A folder whose settings name a database; no house is in it yet."""
    folder.mkdir()
    (folder / "settings.toml").write_text(f'database = "{url}"\n', "utf-8")
    return Home(folder)


def test_a_house_works_over_an_encrypted_connection_that_is_checked(
    postgres_url: str, tmp_path: Path
) -> None:
    """Made, worked in, found well and verified; nothing was said in the clear."""
    postgres.empty(postgres_url)
    shown = papers(tmp_path / "papers", NAME)
    with front(postgres_url, shown.server()) as there:
        safe = address(postgres_url, there, sslmode="verify-full", sslrootcert=str(shown.ca))
        home = founded(tmp_path / "house", safe)
        home.do("init", "--practice")
        home.do("people", "import", str(SAMPLE))
        home.at("2024-12-20T16:45")
        refer(home)
        assert home.do("verify")["ok"] is True
        assert there.said == []


def test_a_house_comes_with_a_certificate_instead_of_a_password(
    postgres_url: str, tmp_path: Path
) -> None:
    """The server asks for one of its authority; without it, or with another's, nobody is heard."""
    postgres.empty(postgres_url)
    shown, other = papers(tmp_path / "papers", NAME), papers(tmp_path / "others", "waymark")
    tls = shown.server()
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_verify_locations(str(shown.ca))
    with front(postgres_url, tls) as there:
        safe = {"sslmode": "verify-full", "sslrootcert": str(shown.ca)}
        for place, own in (("none", {}), ("strange", _own(other)), ("good", _own(shown))):
            home = founded(tmp_path / place, address(postgres_url, there, **safe, **own))
            said = home.run("init", "--practice")
            assert said.code == (0 if place == "good" else 3), place
        assert home.do("doctor")["ok"] is True


def _own(papers: Papers) -> dict[str, str]:
    return {"sslcert": str(papers.certificate), "sslkey": str(papers.key)}


@pytest.mark.parametrize("fault", ["another name", "another authority", "no encryption"])
def test_a_server_that_cannot_be_trusted_hears_nothing(
    postgres_url: str, tmp_path: Path, fault: str
) -> None:
    """No name, no password and no word of a case goes to it; the house says what to look at."""
    shown = papers(tmp_path / "papers", "other.example" if fault == "another name" else NAME)
    trusted = papers(tmp_path / "others").ca if fault == "another authority" else shown.ca
    tls = None if fault == "no encryption" else shown.server()
    with front(postgres_url, tls) as there:
        url = address(postgres_url, there, sslmode="verify-full", sslrootcert=str(trusted))
        told = founded(tmp_path / "house", url).down("init")
        assert "not to be trusted" in told
        assert there.said == []


@pytest.mark.parametrize("mode", ["", "disable", "prefer", "require", "verify-ca"])
def test_an_address_that_asks_for_less_is_refused_before_anybody_is_called(
    postgres_url: str, tmp_path: Path, mode: str
) -> None:
    """The words say what to write, and nothing of the address; a host refuses alike."""
    shown = papers(tmp_path / "papers", NAME)
    with front(postgres_url, shown.server()) as there:
        url = address(postgres_url, there, **({"sslmode": mode} if mode else {}))
        url = url.replace("postgres@", f"postgres:{SECRET}@")
        home = founded(tmp_path / "house", url)
        told = [home.down("init"), home.run("doctor").out]
        told += home.refused("host", "init", str(tmp_path / "host"), "--database", url)
    assert all(IN_THE_CLEAR in one for one in told)
    assert SECRET not in str(told)
    assert there.said == []
