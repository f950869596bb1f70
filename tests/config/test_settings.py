"""Settings: the file and the environment, every problem at once, and never a secret in sight."""

from __future__ import annotations

import os
import tomllib
import traceback
from pathlib import Path
from typing import Any

import pytest

from config.database import IN_THE_CLEAR
from config.mail import COMMANDS, Mail, Timeouts
from config.settings import FILE, Settings, load, settings_template
from config.sign_in import SignIn
from engine.errors import HouseDown

SECRET = "hunter2-canary"
MAIL = {"host": "smtp.example.org", "sender": "reviews@example.org"}


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing this machine has set reach a test."""
    for name in list(os.environ):
        if name.upper().startswith("WAYMARK_"):
            monkeypatch.delenv(name)


def house(home: Path, text: str = "", practice: bool = False) -> Settings:
    (home / FILE).write_text(text, "utf-8")
    return load(home, practice)


def problems(home: Path, text: str = "", practice: bool = False) -> str:
    with pytest.raises(HouseDown) as down:
        house(home, text, practice)
    return str(down.value)


def mail(**settings: Any) -> str:
    """The mail section of a settings file."""
    lines = [f"{key} = {_toml(value)}" for key, value in {**MAIL, **settings}.items()]
    return "\n".join(["[mail]", *lines]) + "\n"


def _signing(**settings: str) -> str:
    """The section of a settings file on signing in by way of an organisation."""
    given = {"issuer": "https://login.example.org", "client_id": "w", "client_secret": SECRET}
    lines = [f"{key} = {_toml(value)}" for key, value in {**given, **settings}.items()]
    return "\n".join(["[sign_in]", *lines]) + "\n"


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def test_a_new_house_works_without_any_setting(tmp_path: Path) -> None:
    """With no file at all the house keeps its records beside itself and sends nothing."""
    settings = load(tmp_path, practice=False)
    assert settings.database_url == f"sqlite:///{tmp_path / 'waymark.db'}"
    assert not settings.mail.ready
    assert settings.mail.security == "starttls"
    assert settings.mail.timeouts == Timeouts(connect=30, command=60, after_dot=600)


def test_the_first_settings_file_changes_nothing(tmp_path: Path) -> None:
    """The file a new house is given says only what would be so without it."""
    assert house(tmp_path, settings_template()) == load(tmp_path / "none", False).model_copy(
        update={"home": tmp_path}
    )


def test_every_setting_of_the_first_file_is_a_setting(tmp_path: Path) -> None:
    """Take the marks away before each line of the first file and it still is a settings file."""
    lines = [line.removeprefix("# ") for line in settings_template().splitlines()]
    kept = [line for line in lines if " = " in line or line.startswith("[")]
    text = "\n".join(line for line in kept if not line.startswith(("ca_file", "client_key")))
    text = text.replace('username = "waymark"', f'username = "waymark"\npassword = "{SECRET}"')
    text = text.replace('client_id = "w', f'client_secret = "{SECRET}"\nclient_id = "w')
    settings = house(tmp_path, text)
    assert settings.mail.ready
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.phone
    stated = tomllib.loads(text)["mail"].keys() | {"ca_file"}
    assert stated == Mail.model_fields.keys()
    stated = tomllib.loads(text)["sign_in"].keys() | {"client_key", "client_key_id"}
    assert stated == SignIn.model_fields.keys()
    assert {"client_key", "client_key_id"} <= tomllib.loads("\n".join(kept))["sign_in"].keys()


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/w.db", 'postgresql://u:p"\\#@localhost/d', "sqlite:///é\x7f"]
)
def test_a_given_database_is_written_into_the_first_file(tmp_path: Path, url: str) -> None:
    """The address given when a house is made is the one it opens, quotation marks and all."""
    assert house(tmp_path, settings_template(url)).database_url == url


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One setting can be changed for one run, and the rest of the file still counts."""
    monkeypatch.setenv("WAYMARK_AREA", "Elsewhere")
    monkeypatch.setenv("WAYMARK_MAIL__PORT", "2525")
    monkeypatch.setenv("WAYMARK_MAIL__TIMEOUTS__CONNECT", "5")
    settings = house(tmp_path, 'area = "Here"\nphone = "01632 960000"\n' + mail(port=25))
    assert (settings.area, settings.phone) == ("Elsewhere", "01632 960000")
    assert (settings.mail.host, settings.mail.port) == ("smtp.example.org", 2525)
    assert settings.mail.timeouts == Timeouts(connect=5)


def test_the_short_names_of_the_mail_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WAYMARK_SMTP_HOST and WAYMARK_SMTP_PORT stand in for the long names, and yield to them."""
    monkeypatch.setenv("WAYMARK_SMTP_HOST", "short.example.org")
    monkeypatch.setenv("WAYMARK_SMTP_PORT", "2525")
    settings = house(tmp_path, mail(port=25))
    assert (settings.mail.host, settings.mail.port) == ("short.example.org", 2525)
    monkeypatch.setenv("WAYMARK_MAIL__HOST", "long.example.org")
    assert load(tmp_path, False).mail.host == "long.example.org"


def test_where_the_house_is_and_whether_it_is_practice_are_not_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file and no variable can make a real house a practice house."""
    monkeypatch.setenv("WAYMARK_HOME", "/elsewhere")
    monkeypatch.setenv("WAYMARK_PRACTICE", "true")
    settings = house(tmp_path)
    assert (settings.home, settings.practice) == (tmp_path, False)
    assert "practice: it cannot be set here" in problems(tmp_path, "practice = true\n")


WRONG: dict[str, tuple[str, str]] = {
    "an issuer in the clear": (
        mail() + _signing(issuer="http://login.example.org"),
        "sign_in.issuer: an address that begins with https:// is needed, as its own"),
    "an issuer with a password in it": (
        mail() + _signing(issuer="https://u:p@login.example.org"),
        "sign_in.issuer: an address that begins with https:// is needed, as its own"),
    "an organisation without a name for this house": (
        mail(answers="https://reviews.example.org") + _signing(client_id=""),
        "sign_in.client_id: the name that the provider gave to this house is needed"),
    "an organisation without a secret": (
        mail(answers="https://reviews.example.org") + _signing(client_secret=""),
        "sign_in.client_secret: the secret that the provider gave to this house is needed,"
        " or sign_in.client_key"),
    "an organisation with a secret and a key": (
        mail(answers="https://reviews.example.org") + _signing(client_key="/etc/waymark/key"),
        "sign_in.client_key: it stands in for the secret; take sign_in.client_secret away"),
    "the name of a key and no key": (
        mail(answers="https://reviews.example.org") + _signing(client_key_id="1"),
        "sign_in.client_key_id: it names a key, and no sign_in.client_key was given"),
    "a word addressed to nobody": (
        mail(answers="https://reviews.example.org") + _signing(client_audience="everybody"),
        "sign_in.client_audience: it should be 'issuer' or 'token_endpoint'"),
    "an organisation and no pages to come back to": (
        mail() + _signing(),
        "mail.answers: sign_in.issuer needs the address at which the pages are served"),
    "no way to sign in at all": (
        mail() + "[sign_in]\nonly = true\n",
        "sign_in.only: without sign_in.issuer nobody could sign in at all"),
    "a misspelling": ("aera = 'x'", "aera: there is no such setting; did you mean 'area'?"),
    "a misspelling in mail": (
        mail(hots="x"), "mail.hots: there is no such setting; did you mean 'host'?"),
    "a name nobody knows": (
        "zzz = 'x'",
        "the top: there is a setting of an unknown name; the names are database, database_owner,"
        " area, partnership, phone, clock, digest_hour, mail, sign_in, signals, service, retention",
    ),
    "a name nobody knows in a section": (
        mail() + "[mail.timeouts]\nzzz = 1",
        "mail.timeouts: there is a setting of an unknown name; the names are connect, command,"
        " after_dot",
    ),
    "a number for a name": ("area = 1", "area: text in quotation marks is needed"),
    "an area on two lines": ('area = "a\\nb"', "area: it must be one line of printable words"),
    "a port that is a word": (mail(port="smtp"), "mail.port: a whole number is needed"),
    "a port too high": (mail(port=70000), "mail.port: it should be less than or equal to 65535"),
    "some encryption if possible": (
        mail(security="opportunistic"), "mail.security: it should be 'starttls', 'tls' or 'none'"),
    "no encryption": (
        mail(security="none"),
        "mail.security: 'none' would send mail unprotected over the network; use 'starttls' or"
        " 'tls' (only a server on this machine, or a practice house, may do without)",
    ),
    "a password in the open": (
        mail(security="none", host="localhost", username="u", password=SECRET),
        "mail.security: a password is never sent to a mail server without encryption",
    ),
    "a password without a name": (
        mail(password=SECRET),
        "mail.username: a password was given, but no name to sign in with",
    ),
    "a name without a password": (
        mail(username="u"), "mail.password: a name to sign in with was given, but no password"),
    "no sender": (
        '[mail]\nhost = "smtp.example.org"', "mail.sender: an address to send from is needed"),
    "a sender that is no address": (
        mail(sender="Reviews <r@example.org>"), "mail.sender: an email address is needed"),
    "a sender with a second header": (
        mail(sender_name="R\\r\\nBcc: x@example.org"),
        "mail.sender_name: it must be one line of printable words",
    ),
    "a domain that is none": (mail(domain="a b"), "mail.domain: a domain name is needed, like"
                              " mail.example.org"),
    "authorities that are not there": (
        mail(ca_file="/nowhere/ca.pem"), "mail.ca_file: there is no such file"),
    "no time at all": (
        mail() + "[mail.timeouts]\nconnect = 0", "mail.timeouts.connect: it should be greater"
        " than 0"),
    "a short patience": (
        mail() + "[mail.timeouts]\nafter_dot = 599",
        "mail.timeouts.after_dot: wait at least 600 seconds for the answer to a message (RFC"
        " 5321); one that was accepted could be sent again",
    ),
    "a short lease": (
        mail(lease=2939),
        "mail.lease: 2939 seconds is too short; sending one message can take 1470 seconds, and a"
        " message lent for less than twice as long could be sent twice. Set it to at least 2940,"
        " or shorten the timeouts",
    ),
    "no messages in a batch": (mail(batch=0), "mail.batch: it should be greater than or equal to"
                               " 1"),
    "an owner that is written down": (
        "database = 'postgresql://w@/d'\ndatabase_owner = 'postgresql://o@/d'",
        "database_owner: it is not written down, as the service could read it; set"
        " WAYMARK_DATABASE_OWNER for `waymark migrate` alone"),
    "an unknown database": (
        "database = 'mysql://h/d'",
        "database: an address that begins with sqlite:// or postgresql:// is needed",
    ),
    "a certificate without its key": (
        '[service]\ncertificate = "/c.pem"',
        "service.private_key: the key that belongs to the certificate is needed"),
    "a key without its certificate": (
        '[service]\nprivate_key = "/c.key"',
        "service.certificate: a private key was given, but no certificate"),
    "a certificate for mail in the clear": (
        mail(host="localhost", security="none", certificate="/c", private_key="/k"),
        "mail.security: a certificate is shown by 'starttls' or 'tls' alone"),
    "a certificate for mail without its key": (
        mail(certificate="/c.pem"),
        "mail.private_key: the key that belongs to the certificate is needed"),
    "mail that is a word": ("mail = 'smtp'", "mail: a section with settings of its own is needed"),
}  # fmt: skip


def test_a_practice_house_is_told_the_same(tmp_path: Path) -> None:
    """Practice mends nothing that is badly written."""
    assert "mail: a section" in problems(tmp_path, "mail = 'smtp'", practice=True)


@pytest.mark.parametrize(("text", "problem"), WRONG.values(), ids=WRONG)
def test_each_wrong_setting_is_told_in_words(tmp_path: Path, text: str, problem: str) -> None:
    """One wrong setting stops the house with one sentence: which setting, and what is needed."""
    assert problems(tmp_path, text) == f"The settings of this house are not usable: {problem}."


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Settings that are badly written and settings that do not agree are listed together."""
    text = "aera = 1\n" + mail(port=0, lease=3, username="u")
    listed = problems(tmp_path, text).removeprefix("The settings of this house are not usable: ")
    places = {line.split(":")[0] for line in listed.split("; ") if ": " in line}
    assert places == {"aera", "mail.port", "mail.password", "mail.lease"}


@pytest.mark.parametrize("factor", [0.5, 1, 2, 10])
def test_a_lease_covers_the_longest_dialogue_twice(tmp_path: Path, factor: float) -> None:
    """Whatever the timeouts, a lease is accepted from twice the longest dialogue on, not below."""
    waits = Timeouts(connect=30 * factor, command=60 * factor, after_dot=600 * factor)
    longest = (30 + COMMANDS * 60 + 600) * factor
    assert waits.dialogue == longest
    text = f"\n[mail.timeouts]\nconnect = {waits.connect}\ncommand = {waits.command}\n"
    text += f"after_dot = {waits.after_dot}\n"
    settings = house(tmp_path, mail(lease=2 * longest) + text, practice=True)
    assert settings.longest_dialogue == longest
    assert "mail.lease" in problems(tmp_path, mail(lease=2 * longest - 1) + text, practice=True)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]
)
def test_only_this_machine_may_do_without_encryption(tmp_path: Path, host: str) -> None:
    """A real house may hand mail unprotected to a server on its own machine, when it says so."""
    assert house(tmp_path, mail(host=host, security="none")).mail.loopback
    assert house(tmp_path, mail(host=host)).mail.security == "starttls"


@pytest.mark.parametrize(
    "here",
    ["localhost/d", "127.0.0.1:5433/d", "[::1]/d", "/d", "/d?host=/run/postgresql",
     "/d?host=127.0.0.1:5432&host=[::1]:5433", "db.example.org/d?sslmode=verify-full"],
)  # fmt: skip
def test_a_database_on_this_machine_or_checked_may_be_named(tmp_path: Path, here: str) -> None:
    """A socket and an address of this machine need no encryption."""
    url = f"postgresql://u:{SECRET}@{here}"
    assert house(tmp_path, f'database = "{url}"\n').database_url == url


@pytest.mark.parametrize(
    "away",
    ["db/d", "db/d?sslmode=require", "db/d?sslmode=verify-ca", "localhost.example.org/d",
     "/d?host=db", "localhost/d?host=db", "localhost,db/d", "/d?host=127.0.0.1:1&host=db:1",
     "localhost/d?hostaddr=192.0.2.1", "localhost/d?service=x", "localhost/d?conninfo=host%3Ddb",
     "db/d?sslmode=verify-full&sslmode=disable"],
)  # fmt: skip
def test_a_database_elsewhere_is_checked_or_not_used(tmp_path: Path, away: str) -> None:
    """Whichever way an address leads to another machine, the words say what to write."""
    told = problems(tmp_path, f'database = "postgresql+psycopg://u:{SECRET}@{away}"\n')
    assert told == f"The settings of this house are not usable: database: {IN_THE_CLEAR}."


def test_a_house_in_a_file_has_no_owner_of_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables would be made in a database that nobody opens."""
    monkeypatch.setenv("WAYMARK_DATABASE_OWNER", f"postgresql://o:{SECRET}@/d")
    told = problems(tmp_path)
    assert "database_owner: the records of this house are in a file" in told
    assert SECRET not in told


@pytest.mark.parametrize("name", ["PGHOST", "PGHOSTADDR", "PGSERVICE"])
def test_the_environment_of_postgresql_leads_nobody_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An address without a server takes one from there; it is asked for the same."""
    monkeypatch.setenv(name, "192.0.2.1")
    assert "sslmode=verify-full" in problems(tmp_path, 'database = "postgresql://u@/d"\n')


@pytest.mark.parametrize("host", ["localhost.example.org", "128.0.0.1", "example.org", "0.0.0.0"])
def test_another_machine_is_not_this_one(tmp_path: Path, host: str) -> None:
    """A name that only looks like this machine is another machine."""
    assert "mail.security" in problems(tmp_path, mail(host=host, security="none"))


def test_a_practice_house_is_ready_with_a_server_on_its_own_machine(tmp_path: Path) -> None:
    """Practice needs only a host: an invented sender, and no certificate for this machine."""
    settings = house(tmp_path, '[mail]\nhost = "127.0.0.1"\n', practice=True)
    assert settings.mail.ready
    assert settings.mail.security == "none"
    assert settings.mail.sender.endswith(".example")
    elsewhere = house(tmp_path, '[mail]\nhost = "smtp.example.org"\n', practice=True)
    assert elsewhere.mail.security == "starttls"


def test_the_domain_of_message_ids(tmp_path: Path) -> None:
    """Message-IDs carry the domain given, else the sender's, else one that cannot exist."""
    assert house(tmp_path, mail(domain="ids.example.org")).mail_domain == "ids.example.org"
    assert house(tmp_path, mail()).mail_domain == "example.org"
    assert house(tmp_path).mail_domain == "waymark.example"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f'area = "x"\npassword = {SECRET}\n', "settings.toml is not TOML: look at line 2"),
        (f'password = "{SECRET}', "settings.toml is not TOML: look at the end or the encoding"
         " of the file"),
        ("x = " + "[" * 100_000, "settings.toml is nested too deeply"),
    ],
)  # fmt: skip
def test_a_broken_file_names_its_line_and_never_quotes_it(
    tmp_path: Path, text: str, problem: str
) -> None:
    """A file that cannot be read is told of by its line, because the line could be a password."""
    assert problems(tmp_path, text) == f"The settings of this house are not usable: {problem}."


def test_a_file_that_is_a_folder_is_told_of(tmp_path: Path) -> None:
    """A settings file that cannot be opened stops the house in words."""
    (tmp_path / FILE).mkdir()
    with pytest.raises(HouseDown, match=r"settings\.toml cannot be read"):
        load(tmp_path, False)


# ---------------------------------------------------------------------------------------- secrets


def test_no_printed_form_of_the_settings_holds_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S13: the password of the mail server and of the database show in no printed form."""
    monkeypatch.setenv("WAYMARK_MAIL__PASSWORD", SECRET)
    text = f'database = "postgresql://waymark:{SECRET}@db.example.org/w?sslmode=verify-full"\n'
    text += mail(username="u")
    settings = house(tmp_path, text)
    assert settings.mail.password.get_secret_value() == SECRET
    assert SECRET in settings.database_url
    printed = [str(one) for one in (settings, settings.mail, settings.model_dump())]
    printed += [repr(one) for one in (settings, vars(settings), settings.mail, settings.database)]
    shown = [*printed, repr(settings.mail.password), settings.model_dump_json()]
    assert not [text for text in shown if SECRET in text]


# Every setting, each filled with a secret that does not belong there.
NAMES = [
    *(f"WAYMARK_{name.upper()}" for name in ("database", "area", "partnership", "phone", "mail")),
    "WAYMARK_DATABASE_OWNER",
    *(f"WAYMARK_MAIL__{name.upper()}" for name in Mail.model_fields),
    *(f"WAYMARK_MAIL__TIMEOUTS__{name.upper()}" for name in Timeouts.model_fields),
    "WAYMARK_MAIL__BOGUS", "WAYMARK_SMTP_PORT",
]  # fmt: skip


@pytest.mark.parametrize("value", [SECRET, f"{SECRET}\n", f'{{"{SECRET}": 1}}', f'["{SECRET}"]'])
@pytest.mark.parametrize("name", NAMES)
def test_no_error_quotes_what_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """S13: a secret put into any setting by mistake is in no error and in no traceback."""
    monkeypatch.setenv("WAYMARK_MAIL__HOST", "smtp.example.org")
    monkeypatch.setenv(name, value)
    with pytest.raises(HouseDown) as down:
        house(tmp_path, mail(lease=1))
    printed = "".join(traceback.format_exception(down.value))
    assert SECRET not in str(down.value)
    assert SECRET not in printed
