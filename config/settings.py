"""The settings of a house: settings.toml in its folder, and WAYMARK_... in the environment.

The environment wins over the file. A nested setting is written with two underscores, like
WAYMARK_MAIL__PASSWORD. Secrets are never part of a printed form or of an error.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from config.certificate import disagreements as in_certificates
from config.certificate import shown_to_mail
from config.database import as_owner, usable
from config.environment import from_outside, read_environment
from config.mail import Inbox, Mail, Timeouts, Tolerated, disagreements, is_loopback, one_line
from config.service import ClockKeeper, Service, Years
from config.settings_file import FILE, down, read_file, settings_template
from config.sign_in import SignIn
from config.sign_in import disagreements as in_signing_in
from config.signals import Signals
from engine.hours import NEVER_AT

__all__ = ["FILE", "Settings", "load", "settings_template"]

_ALIASES = {"host": "WAYMARK_SMTP_HOST", "port": "WAYMARK_SMTP_PORT"}
_OWN = ("home", "practice")
OWNER = "database_owner"
_OWNER_WRITTEN = (
    f"{OWNER}: it is not written down, as the service could read it; set WAYMARK_DATABASE_OWNER for"
    " `waymark migrate` alone"
)


def _not_twice(hour: int) -> int:
    if hour == NEVER_AT:
        raise ValueError("from 01:00 to 02:00 is never: where clocks change, it comes twice or not")
    return hour


Hour = Annotated[int, Field(ge=0, le=23), AfterValidator(_not_twice)]


class Settings(BaseModel):
    """Everything a house may be told; made by load()."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    home: Path
    practice: bool = False
    database: SecretStr = SecretStr("")
    database_owner: SecretStr = SecretStr("")
    area: str = ""
    partnership: str = ""
    phone: str = ""
    clock: ClockKeeper = "embedded"
    digest_hour: Hour = 8
    mail: Mail = Mail()
    sign_in: SignIn = SignIn()
    signals: Signals = Signals()
    service: Service = Service()
    retention: dict[str, Years] = {}

    @field_validator("area", "partnership", "phone")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return one_line(value)

    @field_validator("database", "database_owner")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        return usable(value)

    @property
    def database_url(self) -> str:
        """The database's address, which may hold a password: never print it."""
        given = self.database.get_secret_value()
        return given or f"sqlite:///{(self.home / 'waymark.db').absolute()}"

    @property
    def owner_url(self) -> str:
        """The address at which tables are made and changed, by whoever owns them: never print it.

        It leads into the schema that the house's own address names.
        """
        given = self.database_owner.get_secret_value()
        return as_owner(self.database_url, given) if given else self.database_url

    @property
    def mail_domain(self) -> str:
        """The domain of Message-IDs: the one given, or the sender's."""
        given = self.mail.domain or self.mail.sender.partition("@")[2]
        return given or "waymark.example"

    @property
    def longest_dialogue(self) -> float:
        """The longest one message can take to send, in seconds."""
        return self.mail.timeouts.dialogue


def load(home: Path, practice: bool) -> Settings:
    """Read the settings of the house in a folder.

    Errors: HouseDown listing every problem at once, never with a secret in it.
    """
    written = read_file(home)
    given = _merged(written, _environment())
    problems = [f"{key}: it cannot be set here" for key in _OWN if key in given]
    problems += [_OWNER_WRITTEN] if OWNER in written else []
    values = {key: value for key, value in given.items() if key not in _OWN}
    values = _for_practice(values) if practice else values
    try:
        settings = Settings(home=home, practice=practice, **values)
    except ValidationError as fault:
        found = dict(_problems(fault))
        problems += found.values()
        problems += _rest(home, practice, values, tuple(found))
        raise down(problems) from None
    if problems := [*problems, *_disagreements(settings)]:
        raise down(problems)
    return settings


def _disagreements(settings: Settings) -> Iterator[str]:
    if settings.database_owner and settings.database_url.startswith("sqlite"):
        yield f"{OWNER}: the records of this house are in a file, which has no such owner"
    yield from disagreements(settings.mail, settings.practice)
    yield from in_signing_in(settings.sign_in, settings.mail.answers)
    yield from in_certificates(settings.service.shown)
    yield from in_certificates(shown_to_mail(settings.mail))


def _rest(
    home: Path, practice: bool, values: dict[str, Any], wrong: tuple[tuple[str, ...], ...]
) -> list[str]:
    """What else is wrong among the settings that can be read, so that all is told at once."""
    for place in wrong:
        values = _without(values, place)
    try:
        settings = Settings(home=home, practice=practice, **values)
    except ValidationError:
        return []
    named = tuple(".".join(place) for place in wrong)
    return [words for words in _disagreements(settings) if not words.startswith(named)]


def _without(values: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    key, rest = place[0], place[1:]
    inner = values.get(key)
    if rest and isinstance(inner, dict):
        return {**values, key: _without(inner, rest)}
    return {name: value for name, value in values.items() if name != key}


def _environment() -> dict[str, Any]:
    outside = from_outside()
    found = read_environment(
        outside, Settings.model_fields, sections=("mail", "service", "sign_in", "signals")
    )
    found = {key: value for key, value in found.items() if key not in _OWN}
    aliases = {key: outside[name] for key, name in _ALIASES.items() if outside.get(name)}
    return _merged({"mail": aliases}, found) if aliases else found


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[key] = _merged(under, value) if both and under is not None else value
    return merged


def _for_practice(values: dict[str, Any]) -> dict[str, Any]:
    """What a practice house need not be told: a sender, and that its own machine is trusted."""
    mail = values.get("mail", {})
    if not isinstance(mail, dict):
        return values
    mail = {"sender": "waymark@practice.example", **mail}
    if "security" not in mail and is_loopback(str(mail.get("host", ""))):
        mail["security"] = "none"
    return {**values, "mail": mail}


def _problems(fault: ValidationError) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each badly written setting with its place; what was written there is not repeated."""
    for error in fault.errors(include_input=False, include_url=False, include_context=False):
        place = tuple(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            yield place, _misspelt(place)
            continue
        plain = error["msg"].removeprefix("Value error, ").replace("Input should", "it should")
        yield place, f"{'.'.join(place)}: {_WORDS.get(error['type'], plain)}"


def _misspelt(place: tuple[str, ...]) -> str:
    """An unknown name is repeated only where it is nearly a known one: it could be a secret."""
    names = [name for name in _SECTIONS[place[:-1]].model_fields if name not in _OWN]
    near = difflib.get_close_matches(place[-1], names, 1)
    if near:
        return f"{'.'.join(place)}: there is no such setting; did you mean '{near[0]}'?"
    where = ".".join(place[:-1]) or "the top"
    return f"{where}: there is a setting of an unknown name; the names are {', '.join(names)}"


_SECTIONS: Mapping[tuple[str, ...], type[BaseModel]] = {
    (): Settings,
    ("mail",): Mail,
    ("mail", "inbox"): Inbox,
    ("mail", "timeouts"): Timeouts,
    ("sign_in",): SignIn,
    ("signals",): Signals,
    ("service",): Service,
    ("mail", "tolerance"): Tolerated,
}
_WORDS = {
    "missing": "it is missing",
    "int_parsing": "a whole number is needed",
    "int_type": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_parsing": "a number of seconds is needed",
    "float_type": "a number of seconds is needed",
    "string_type": "text in quotation marks is needed",
    "model_type": "a section with settings of its own is needed",
    "path_type": "the path of a file is needed",
}
