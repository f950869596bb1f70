"""What a performance needs: a practice house with sample people, and a catcher for its mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from cli.teller import Say, Teller
from config.directory import read_people
from config.premises import CAUGHT, SECRET
from config.settings import FILE
from engine.errors import Refused
from notifications.catcher import Catcher
from workflows.wiring import Premises, enter, set_up

_SETTINGS = """\
# A practice house: its mail goes to a catcher on this machine and nowhere else.
area = ""
partnership = "Northmoor Safeguarding Children Partnership"
phone = "01632 960000"

[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "reviews@northmoor-partnership.example"
sender_name = "Northmoor case reviews"
"""


@contextmanager
def practice_house(home: Path) -> Iterator[Premises]:
    """The practice house in a folder, made with sample people where there is none.

    Errors: Refused where a real house stands there.
    """
    if not (home / SECRET).exists():
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
def stage(premises: Premises, say: Say) -> Iterator[tuple[Teller, Catcher]]:
    """A teller and a catcher; the house's mail settings point to the catcher from now on."""
    folder = premises.home / CAUGHT
    folder.mkdir(exist_ok=True)
    with Catcher(folder) as catcher:
        settings = _SETTINGS.format(port=catcher.port)
        (premises.home / FILE).write_text(settings, encoding="utf-8")
        with enter(premises.home) as staged:
            yield Teller(staged, say), catcher


def last_mail(catcher: Catcher) -> list[str]:
    """The last caught mail that asks for something, as text."""
    mails = [caught.mail for caught in catcher.caught]
    asking = [m for m in mails if "asked" in str(m.get("X-Waymark-Template", ""))] or mails
    if not asking:
        return ["(no mail was caught)"]
    body = asking[-1].get_body(("plain",))
    text = body.get_content() if body else ""
    return [f"To: {asking[-1]['To']}", f"Subject: {asking[-1]['Subject']}", "", *text.splitlines()]
