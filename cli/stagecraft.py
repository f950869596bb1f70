"""What a performance needs: a practice house with sample people, and a catcher for its mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path

from cli.teller import Say, Teller
from config.directory import read_people
from config.mail import Mail
from config.premises import CAUGHT, stands_in
from config.settings import Settings
from engine.errors import Refused
from notifications.catcher import HERE, Catcher
from workflows.wiring import Premises, enter, set_up

_PARTNERSHIP, _PHONE = "Northmoor Safeguarding Children Partnership", "01632 960000"


@contextmanager
def practice_house(home: Path) -> Iterator[Premises]:
    """The practice house in a folder, made with sample people where there is none.

    Errors: Refused where a real house stands there.
    """
    if not stands_in(home):
        set_up(home, practice=True).store.close()
    with enter(home) as premises:
        if not premises.store.practice:
            raise Refused(["this is a real house; practice needs a practice house of its own"])
        sample = resources.files("config").joinpath("sample_directory.csv")
        with premises.store.begin() as work:
            if not work.people.directory().people:
                work.people.put(read_people(sample.read_text("utf-8")))
                work.commit()
        yield premises


@contextmanager
def stage(premises: Premises, say: Say, answers: str = "") -> Iterator[tuple[Teller, Catcher]]:
    """A teller and a catcher; what the house mails meanwhile goes to the catcher.

    answers is where its pages will be, for the links in that mail. The house's own settings file
    stays as it is.
    """
    with catching(premises, answers) as (house, catcher):
        yield Teller(house, say), catcher


@contextmanager
def catching(premises: Premises, answers: str = "") -> Iterator[tuple[Premises, Catcher]]:
    """The premises with a mail server that keeps what it gets, in the house's folder."""
    with Catcher(premises.home / CAUGHT) as catcher:
        yield replace(premises, settings=_to(catcher, premises.settings, answers)), catcher


def _to(catcher: Catcher, settings: Settings, answers: str) -> Settings:
    mail = Mail(
        host=HERE,
        port=catcher.port,
        security="none",
        sender="reviews@northmoor-partnership.example",
        sender_name="Northmoor case reviews",
        answers=settings.mail.answers or answers,
    )
    known = {"partnership": settings.partnership or _PARTNERSHIP, "phone": settings.phone or _PHONE}
    return settings.model_copy(update={"mail": mail, **known})


def last_mail(catcher: Catcher) -> list[str]:
    """The last caught mail that asks for something, as text."""
    mails = [caught.mail for caught in catcher.caught]
    asking = [m for m in mails if "asked" in str(m.get("X-Waymark-Template", ""))] or mails
    if not asking:
        return ["(no mail was caught)"]
    body = asking[-1].get_body(("plain",))
    text = body.get_content() if body else ""
    return [f"To: {asking[-1]['To']}", f"Subject: {asking[-1]['Subject']}", "", *text.splitlines()]
