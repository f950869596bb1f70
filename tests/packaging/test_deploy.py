"""What is delivered beside the program: units, containers, and what keeps and sends the log."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from config.premises import GIVEN_SECRET
from config.settings import Settings
from tests.cli.driver import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
JOURNAL = DEPLOY / "journal"
COMPOSE = [DEPLOY / "docker-compose.yml", DEPLOY / "one-machine.yml"]
SECRETS = ("WAYMARK_DATABASE", "WAYMARK_MAIL__PASSWORD", "WAYMARK_MAIL__INBOX__PASSWORD",
           "WAYMARK_SIGN_IN__CLIENT_SECRET")  # fmt: skip

Unit = Mapping[str, Mapping[str, Sequence[str]]]


def read(path: Path) -> Unit:
    """A file as systemd reads it: sections, and what each key is given, in order."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(section, {}).setdefault(key, []).append(value)
    return found


def composed(path: Path) -> Mapping[str, Mapping[str, object]]:
    services: Mapping[str, Mapping[str, object]] = yaml.safe_load(path.read_text("utf-8"))[
        "services"
    ]
    return services


def test_there_is_a_unit_for_each_process() -> None:
    names = [path.stem for path in UNITS]
    assert names == ["waymark-heartbeat", "waymark-web", "waymark-worker@", "waymark"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_each_unit_runs_with_few_rights(path: Path) -> None:
    """An account of its own, no right of root's, and one folder to write in."""
    service = read(path)["Service"]
    assert service["User"] == ["waymark"]
    assert service["CapabilityBoundingSet"] == [""]
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome",
                "ProtectKernelTunables", "RestrictSUIDSGID", "RestrictNamespaces"):  # fmt: skip
        assert service[key] == ["yes"], key
    assert service["ProtectSystem"] == ["strict"]
    assert service["ReadWritePaths"] == ["/srv/waymark/house -/backups/waymark -/elsewhere/waymark"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_no_unit_names_a_secret_in_clear(path: Path) -> None:
    """Each comes encrypted, to this service alone, under the name of a setting there is."""
    service = read(path)["Service"]
    given = service["LoadCredentialEncrypted"]
    assert {*SECRETS, GIVEN_SECRET} <= set(given)
    for name in given:
        first = name.removeprefix("WAYMARK_").lower().partition("__")[0]
        assert first in Settings.model_fields or not name.startswith("WAYMARK_"), name
        assert "/" not in name, "looked for in the stores of encrypted credentials alone"
    assert service["Environment"] == ["WAYMARK_HOME=/srv/waymark/house"]
    assert not {"EnvironmentFile", "LoadCredential", "SetCredential"} & service.keys()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_what_a_unit_says_goes_to_the_journal(path: Path) -> None:
    """Which is root's: the account of the house cannot change it."""
    service = read(path)["Service"]
    assert (service["StandardOutput"], service["StandardError"]) == (["journal"], ["journal"])


def test_the_journal_is_kept_sealed_and_whole() -> None:
    """It outlasts a start, shows whether somebody changed it, and leaves no line out."""
    (journal,) = read(JOURNAL / "journald.conf").values()
    assert journal["Storage"] == ["persistent"]
    assert journal["Seal"] == ["yes"]
    assert journal["RateLimitIntervalSec"] == ["0"]


@pytest.mark.parametrize(
    ("name", "section"), [("journal-upload", "Upload"), ("journal-remote", "Remote")]
)
def test_the_journal_goes_to_another_machine_with_a_certificate_on_either_side(
    name: str, section: str
) -> None:
    """Both show one and trust one authority; the key is a credential of that service."""
    found = read(JOURNAL / f"{name}.conf")[section]
    unit = f"systemd-{name}.service"
    assert found["ServerKeyFile"] == [f"/run/credentials/{unit}/{name}.key"]
    assert found["ServerCertificateFile"] == [f"/etc/waymark/{name}.pem"]
    assert found["TrustedCertificateFile"] == ["/etc/waymark/journal-authority.pem"]
    service = read(JOURNAL / f"{unit}.d" / "waymark.conf")["Service"]
    assert service["LoadCredentialEncrypted"] == [f"{name}.key"]
    spoken = [*found.get("URL", []), *service.get("ExecStart", [])]
    assert any("https" in one for one in spoken)
    assert not any("http:" in one or "--listen-http=" in one for one in spoken)


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.stem)
def test_a_container_says_all_to_the_journal_and_is_called_on_this_machine_alone(
    path: Path,
) -> None:
    """No port is opened to a network, and no password stands in the file."""
    for name, service in composed(path).items():
        assert service["logging"]["driver"] == "journald", name  # type: ignore[index]
        assert "ports" not in service, name
        assert "0.0.0.0" not in str(service), name
    text = path.read_text("utf-8")
    for line in text.splitlines():
        if "PASSWORD" in line and not line.lstrip().startswith("#"):
            assert "${" in line, line


def test_the_database_of_the_containers_is_on_no_network() -> None:
    services = composed(DEPLOY / "docker-compose.yml")
    assert services["database"]["network_mode"] == "none"
    everybody = {name for name in services if name != "database"}
    for name in everybody:
        address = str(services[name]["environment"]["WAYMARK_DATABASE"])  # type: ignore[index]
        assert address.endswith("@/waymark?host=/run/postgresql"), name
    owners = [name for name in everybody if "_OWNER" in str(services[name]["environment"])]
    assert owners == ["owner"], "no process that stays knows the owner of the tables"


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """Where this machine has systemd it is asked; that the program is not here is no fault."""
    checker = shutil.which("systemd-analyze")
    units = [shutil.copy(path, tmp_path) for path in UNITS]
    for name in ("upload", "remote"):
        kept = tmp_path / f"systemd-journal-{name}.service"
        kept.write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
        drop_in = JOURNAL / f"{kept.name}.d"
        shutil.copytree(drop_in, tmp_path / drop_in.name)
        units.append(kept)
    assert len(units) == 6
    for unit in units if checker else []:
        said = subprocess.run(
            [str(checker), "verify", "--man=no", str(unit)],
            capture_output=True,
            text=True,
            check=False,
        ).stderr
        assert [line for line in said.splitlines() if "is not executable" not in line] == []


@pytest.mark.parametrize("path", sorted(JOURNAL.rglob("*.conf")), ids=lambda path: path.name)
def test_each_file_of_the_journal_says_where_it_goes(path: Path) -> None:
    """And the page for whoever runs the house names it."""
    first = path.read_text("utf-8").splitlines()[0]
    assert "/etc/systemd/" in first
    assert path.name in first or "conf.d/waymark.conf" in first
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert first.rpartition(" ")[2] in page
