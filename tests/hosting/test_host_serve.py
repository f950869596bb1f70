"""`waymark host serve`: one program shows every house of a host and makes its rounds."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from notifications.catcher import Catcher
from tests.hosting.conftest import NAMES, Hosted, furnish
from tests.service.served import Served, until
from workflows.hosting import Host

SETTINGS = """clock = "{clock}"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "reviews@{name}-partnership.example"
"""


class HostServed(Served):
    """The program of a host; nothing of one house may stand in its environment."""

    def __init__(self, folder: Path) -> None:
        super().__init__("host", "serve", "--port", "0", home=folder)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("WAYMARK_")}

    def send(self, path: str, **words: str) -> int:
        """Fill in a form of a page that nobody needs to sign in for, as a browser would."""
        with urlopen(f"{self.told['address']}{path}", timeout=20) as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            text = page.read().decode()
        guard = text.partition('name="guard" value="')[2].partition('"')[0]
        body = urlencode({**words, "guard": guard}).encode()
        asked = Request(f"{self.told['address']}{path}", body, {"Cookie": cookie})
        with urlopen(asked, timeout=20) as answer:
            return int(answer.status)


def mailing(hosted: Hosted, name: str, port: int, clock: str = "embedded") -> None:
    """Let a house send its mail to a server of this machine."""
    settings = SETTINGS.format(clock=clock, port=port, name=name)
    (hosted.home(name).folder / "settings.toml").write_text(settings)


def ticks(hosted: Hosted, name: str) -> set[str]:
    """The rounds that were made in a house."""
    host = Host(hosted.folder)
    with host.visit(name) as premises, premises.store.begin() as work:
        found = set(work.duty.ticks())
    host.close()
    return found


def test_every_house_is_shown_and_its_mail_goes_out(plain_host: Hosted, tmp_path: Path) -> None:
    """Each from its own address; a broken house is told as such and keeps no other from its own."""
    with Catcher(tmp_path / "caught") as caught:
        for name in NAMES[:2]:
            furnish(plain_host, name, 1)
            mailing(plain_host, name, caught.port)
        (plain_host.home(NAMES[2]).folder / "settings.toml").write_text("nonsense =")
        with HostServed(plain_host.folder) as host:
            assert host.told["houses"] == list(NAMES)
            assert [host.ask(f"{name}/ready")[0] for name in NAMES] == [200, 200, 503]
            assert host.ask("nobody/ready")[0] == 404
            until(lambda: len(senders(caught)) == 2, "mail of both houses")
            assert host.stop()[0] == 0
    assert senders(caught) == {f"reviews@{name}-partnership.example" for name in NAMES[:2]}


def senders(caught: Catcher) -> set[str]:
    """The houses' addresses that mail came from."""
    return {mail.mail["From"].rpartition("<")[2].rstrip(">") for mail in caught.caught}


def test_a_code_to_sign_in_does_not_wait_for_the_minute(plain_host: Hosted, tmp_path: Path) -> None:
    """Where somebody just did something, the house is looked at within seconds."""
    furnish(plain_host, NAMES[0], 1)
    with Catcher(tmp_path / "caught") as caught:
        mailing(plain_host, NAMES[0], caught.port)
        with HostServed(plain_host.folder) as host:
            until(lambda: "deliver" in ticks(plain_host, NAMES[0]), "the first look")
            person = f"business.manager@{NAMES[0]}-partnership.example"
            before = codes(caught, person)
            assert host.send(f"{NAMES[0]}/sign-in", email=person) == 200
            until(lambda: codes(caught, person) > before, "the code")
            assert host.stop()[0] == 0


def codes(caught: Catcher, person: str) -> int:
    """How many codes to sign in a person was sent."""
    return sum(
        mail.recipients == (person,) and "sign in" in str(mail.mail["Subject"]).lower()
        for mail in caught.caught
    )


def test_a_house_whose_clock_is_elsewhere_is_left_to_it(plain_host: Hosted) -> None:
    """Two clocks of one house would both be right; still, the settings say whose it is."""
    mailing(plain_host, NAMES[0], 1, clock="heartbeat")
    with HostServed(plain_host.folder) as host:
        until(lambda: "sweep" in ticks(plain_host, NAMES[1]), "a sweep elsewhere")
        assert host.ask(f"{NAMES[0]}/ready")[0] == 200
        assert host.stop()[0] == 0
    assert ticks(plain_host, NAMES[0]) == set()
