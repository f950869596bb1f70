"""A look over a house finds everything that is wrong with it at once, and says what to do."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import trustme
from joserfc.jwk import ECKey

from notifications.catcher import Catcher
from store import duty, schema
from tests.cli.driver import Home, command
from tests.faults.smtp_script import ScriptedServer
from tests.web.identity import identity
from workflows import doctor
from workflows.doctor import time_zone_faults
from workflows.wiring import enter

SIGN_IN = """[mail]
answers = "https://reviews.example.org"
[sign_in]
issuer = "{}"
client_id = "waymark"
client_secret = "a-canary-secret"
"""


def reasons(house: Home) -> str:
    """What the doctor finds wrong; it changes nothing."""
    said = house.run("doctor", "--json")
    assert said.code == 1, said
    assert said.json["refused"] is True
    return "\n".join(said.json["reasons"])


def set_up(house: Home, text: str) -> None:
    (house.folder / "settings.toml").write_text(text, "utf-8")


def test_nothing_is_wrong_with_a_new_house(house: Home) -> None:
    """It says so, and notes that no mail is sent."""
    found = house.do("doctor")
    assert found["ok"] is True
    assert found["reasons"] == []
    assert "messages are owed and wait" in found["notes"][0]


def test_all_is_told_at_once(house: Home, tmp_path: Path) -> None:
    """Two clocks, a folder that cannot be written, a calendar near its end, mail in the clear."""
    with Catcher() as plain, enter(house.folder) as premises:
        set_up(
            house,
            f"""clock = "heartbeat"
[mail]
host = "127.0.0.1"
port = {plain.port}
security = "starttls"
sender = "reviews@example.org"
[service]
backups = "{tmp_path / "nowhere"}"
""",
        )
        house.at("2028-10-01T09:00")
        with premises.store.begin() as work:
            work.duty.take("one", "embedded")
            work.commit()
        found = reasons(house)
    assert "Two clocks" in found
    assert "the process one keeps the clock" in found
    assert "service.backups" in found
    assert "offers no encryption" in found
    assert "official list of bank holidays" in found


def test_a_house_of_an_older_release_is_to_be_migrated(house: Home) -> None:
    """Also an empty database, and one nobody answers at."""
    url = f"sqlite:///{house.folder / 'waymark.db'}"
    schema.downgrade(url, "0001")
    assert "waymark migrate" in reasons(house)
    (house.folder / "waymark.db").unlink()
    assert "cannot be opened" in reasons(house)
    set_up(house, 'database = "postgresql://nobody@127.0.0.1:1/none"\n')
    assert "does not answer" in reasons(house)


def test_a_migration_that_is_half_done_is_noted(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is wrong with such a house; the next command is named."""
    monkeypatch.setattr(schema, "EDITIONS", (schema.EDITIONS[-1], "9999"))
    found = house.do("doctor")
    assert found["ok"] is True
    assert any("waymark migrate --post" in note for note in found["notes"])


def test_settings_that_do_not_go_together_are_told(house: Home) -> None:
    """A mailbox without its password, for one; the value of none is repeated."""
    set_up(house, '[mail.inbox]\nhost = "imap.example.org"\nusername = "reviews-secret"\n')
    found = reasons(house)
    assert "mail.inbox.password" in found
    assert "reviews-secret" not in found
    said = command("doctor", "--home", str(house.folder))
    assert (said.code, "to be put right" in said.out) == (1, True)


async def test_a_mail_server_is_asked_whether_mail_would_be_encrypted(house: Home) -> None:
    """An answer that is none, a certificate nobody trusts; and one that is as it should be."""
    import asyncio

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(house.folder / "ca.pem"))
    wanted = (
        '[mail]\nhost = "127.0.0.1"\nport = {}\nsecurity = "starttls"\nsender = "a@b.example"\n'
    )
    async with ScriptedServer(trust=context) as server:
        set_up(house, wanted.format(server.port))
        found = await asyncio.to_thread(reasons, house)
        assert "certificate of the mail server 127.0.0.1 is not trusted" in found
        set_up(house, wanted.format(server.port) + f'ca_file = "{house.folder / "ca.pem"}"\n')
        assert (await asyncio.to_thread(house.do, "doctor"))["ok"] is True
        assert server.mails == []
    assert "does not answer as one" in await asyncio.to_thread(reasons, house)


def test_the_sign_in_of_an_organisation_is_asked_for(house: Home) -> None:
    """One that is as it should be, one that names itself otherwise, one that is not there."""
    with identity("nobody@example.org") as there:
        for issuer, told in (
            (there.issuer, ""),
            (f"{there.issuer}/", "does not describe itself as that provider"),
            ("http://127.0.0.1:1", "does not answer: check sign_in.issuer"),
        ):
            set_up(house, SIGN_IN.format(issuer))
            found = reasons(house) if told else house.do("doctor")["reasons"]
            assert told in found if told else found == []
            assert "a-canary-secret" not in str(found)


def test_the_key_that_says_who_the_house_is_is_looked_at(house: Home, tmp_path: Path) -> None:
    """One that is not there, one that others may read, and a provider that says it takes none."""
    key = tmp_path / "sign-in.key"
    with identity("nobody@example.org") as there:
        text = SIGN_IN.format(there.issuer).replace("client_secret", "client_key")
        set_up(house, text.replace("a-canary-secret", str(key)))
        assert "sign_in.client_key: the file cannot be read" in reasons(house)
        key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        key.chmod(0o644)
        assert "sign_in.client_key: others on this machine may read it" in reasons(house)
        key.chmod(0o600)
        assert house.do("doctor")["reasons"] == []
        for ways in (["client_secret_basic"], None):
            there.described = {"token_endpoint_auth_methods_supported": ways}
            found = reasons(house)
            assert "takes no key" in found if ways else "does not describe itself" in found


def test_what_never_changes_is_noted_and_is_no_fault(house: Home, tmp_path: Path) -> None:
    """Each password or secret in whose place a certificate or a key could be shown."""
    text = SIGN_IN.replace("[sign_in]", 'password = "a-canary-secret"\nusername = "w"\n[sign_in]')
    inbox = '[mail.inbox]\nhost = "127.0.0.1"\nusername = "w"\npassword = "a-canary-secret"\n'
    with identity("nobody@example.org") as there:
        database = 'database = "postgresql://w:a-canary-secret@127.0.0.1:1/none"\n'
        set_up(house, database + text.format(there.issuer) + inbox)
        notes = house.run("doctor", "--json").json["notes"]
        said = [note for note in notes if " that stays " in note]
        places = ("database", "mail server", "mailbox", "organisation's sign-in")
        assert [place in note for place, note in zip(places, said, strict=True)] == [True] * 4
        assert "a-canary-secret" not in str(notes)
    set_up(house, "")
    assert " that stays " not in str(house.do("doctor")["notes"])


def test_a_clock_far_from_the_databases_is_found(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour, either way; a second is none."""
    for hours, words in ((-1, "seconds ahead of"), (1, "seconds behind")):
        told = datetime.now(UTC) + timedelta(hours=hours)
        monkeypatch.setattr(duty.Duty, "now", lambda _self, told=told: told)
        assert words in reasons(house)


def test_time_zones_are_counted_out(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """London's clocks change on the last Sundays of March and October; Berlin's an hour off."""
    assert list(time_zone_faults(ZoneInfo("Europe/London"))) == []
    for wrong in ("UTC", "Europe/Berlin", "America/New_York"):
        assert "newest tzdata" in next(time_zone_faults(ZoneInfo(wrong)))
    monkeypatch.setattr(doctor, "ZoneInfo", lambda _name: ZoneInfo("UTC"))
    assert "wrong about London" in reasons(house)
