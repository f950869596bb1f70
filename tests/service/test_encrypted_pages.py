"""Pages speak TLS by themselves where the settings name a certificate, and beyond the machine."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.certificates import Papers, papers
from tests.cli.driver import Home, command
from tests.hosting.test_host_serve import HostServed
from tests.service.served import Served, until
from workflows.hosting import found_host


@pytest.fixture
def shown(tmp_path: Path) -> Papers:
    return papers(tmp_path / "papers")


@pytest.fixture
def real(tmp_path: Path) -> Home:
    """A house that is not for practice."""
    home = Home(tmp_path / "real")
    home.do("init")
    return home


def add(home: Home, text: str) -> None:
    """Write more settings."""
    file = home.folder / "settings.toml"
    file.write_text(file.read_text("utf-8").replace("[service]\n", f"[service]\n{text}"), "utf-8")


@pytest.mark.parametrize("words", [("serve", "--web-only"), ("answers",)], ids=" ".join)
def test_a_page_is_fetched_over_tls_with_the_certificate_checked(
    real: Home, shown: Papers, words: tuple[str, ...]
) -> None:
    """Whoever does not know the authority fetches nothing, and nor does plain HTTP."""
    add(real, shown.lines)
    port = () if words[0] == "serve" else ("--port", str(_free()))
    with Served(*words, *(port or ("--port", "0")), home=real.folder) as served:
        assert served.told["address"].startswith("https://127.0.0.1:")
        assert _until_answered(served, shown.trust()) == 404
        with pytest.raises(URLError) as refused:
            served.ask("r/nothing")
        assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)
        served.told["address"] = served.told["address"].replace("https", "http")
        with pytest.raises(OSError):  # noqa: PT011 - hung up on in one of several ways
            served.ask("r/nothing")


def test_a_house_answers_beyond_its_machine_with_a_certificate_alone(
    real: Home, house: Home, shown: Papers, tmp_path: Path
) -> None:
    """Refused before anybody can call; a practice house may, as nothing in it is anybody's."""
    folder = tmp_path / "host"
    found_host(folder, "")
    for words in (("serve",), ("answers",), ("host", "serve", "--home", str(folder))):
        said = command(*words, *(() if "--home" in words else ("--home", str(real.folder))),
                       "--host", "0.0.0.0", "--port", "0", "--json")  # fmt: skip
        assert said.code == 1
        assert "beyond this machine" in said.json["reasons"][0]
    add(real, shown.lines)
    with Served("serve", "--web-only", "--host", "0.0.0.0", "--port", "0", home=real.folder) as one:
        one.told["address"] = one.told["address"].replace("0.0.0.0", "127.0.0.1")
        assert one.ask("ready", shown.trust())[0] == 200
    with Served(
        "serve", "--web-only", "--host", "0.0.0.0", "--port", "0", home=house.folder
    ) as one:
        assert one.told["address"].startswith("http://")


def test_a_host_shows_its_houses_over_tls(shown: Papers, tmp_path: Path) -> None:
    """Its own host.toml names the files."""
    folder = tmp_path / "host"
    found_host(folder, "")
    assert command("host", "add", "alderley", "--home", str(folder)).code == 0
    (folder / "host.toml").write_text(shown.lines, "utf-8")
    with HostServed(folder) as served:
        assert served.ask("alderley/ready", shown.trust())[0] == 200


def test_a_certificate_that_cannot_be_used_stops_the_pages_and_is_told_by_the_doctor(
    real: Home, shown: Papers, tmp_path: Path
) -> None:
    """A key that others may read, and one of another certificate: both at once; commands go on."""
    add(real, shown.lines)
    assert real.do("doctor")["ok"] is True
    papers(tmp_path / "other").key.replace(shown.key)
    shown.key.chmod(0o604)
    wrong = real.refused("serve", "--port", "0")
    assert [line.split(";")[0] for line in wrong] == [
        "service.private_key: others on this machine may read it",
        "service.private_key: it does not belong to the certificate",
    ]
    found = real.run("doctor", "--json")
    assert found.code == 1
    assert found.json["reasons"] == [f"{reason}." for reason in wrong]
    real.do("list")


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _until_answered(served: Served, trust: ssl.SSLContext) -> int:
    """`answers` says where it is before it listens."""
    found: list[int] = []

    def asked() -> bool:
        with suppress(URLError):
            found.append(served.ask("r/nothing", trust)[0])
        return bool(found)

    until(asked, "an answer")
    return found[0]
