"""The mailbox: an unread letter is stored before it is flagged, over a link to be trusted."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

import pytest
import trustme

from engine.errors import HouseDown
from notifications.mailbox import Box, read_unseen
from notifications.parts import LARGEST
from tests.certificates import papers
from tests.cli.desk import SETTINGS, Desk, asked, counts
from tests.cli.driver import MANAGER, ROOT, Home
from tests.notifications.imap_server import PASSWORD, USER, Server

INBOX = """
[mail.inbox]
host = "127.0.0.1"
port = {port}
security = "none"
username = "waymark"
"""


@pytest.fixture
def desk(house: Home, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("WAYMARK_MAIL__INBOX__PASSWORD", PASSWORD)
    return asked(house)


def reads_from(desk: Desk, server: Server) -> None:
    text = SETTINGS + INBOX.format(port=server.port)
    (desk.home.folder / "settings.toml").write_text(text, "utf-8")


def a_box(server: Server, **changes: object) -> Box:
    usual = {
        "host": "127.0.0.1", "port": server.port, "security": "none", "username": USER,
        "password": PASSWORD, "timeout": 20,
    }  # fmt: skip
    return Box(**{**usual, **changes})  # type: ignore[arg-type]


def test_unread_letters_are_taken_in_once_and_flagged(desk: Desk) -> None:
    """What a person has read there before is theirs; what was taken in is flagged as read."""
    first, second, read = (desk.letter(f"Noted {n}.").read_bytes() for n in range(3))
    with Server() as server:
        reads_from(desk, server)
        server.put(first, second)
        server.put(read, seen=True)
        assert desk.home.do("collect") == counts(read=2, proposed=2)
        assert server.flags() == [True, True, True]
        assert desk.home.do("collect") == counts()
    kept = [raw for (raw,) in desk.home.rows("SELECT raw FROM letter ORDER BY id")]
    assert [raw.replace(b"\r\n", b"\n") for raw in kept] == [first, second]


KILLED = """
import os, sys
from pathlib import Path
from signal import SIGKILL
from cli.app import run
from notifications import mailbox
mailbox._flag = lambda *_: os.kill(os.getpid(), SIGKILL)
run(["collect", "--home", sys.argv[1]])
"""


def test_killed_between_storing_and_flagging_a_letter_is_still_one(desk: Desk) -> None:
    """It is stored first: read again it is known, and the rest comes too."""
    with Server() as server:
        reads_from(desk, server)
        server.put(desk.letter().read_bytes(), desk.letter("Noted.").read_bytes())
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(desk.home.folder)],
            cwd=ROOT, env=dict(os.environ), capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == -SIGKILL, done
        assert server.flags() == [False, False]
        assert len(desk.listed()) == 1
        assert desk.home.do("collect") == counts(read=2, proposed=1, known=1)
        assert server.flags() == [True, True]
    assert [letter["id"] for letter in desk.listed()] == [1, 2]


def test_a_letter_the_house_could_not_store_stays_unread(desk: Desk) -> None:
    """Whatever stops the house, the letter waits in the mailbox, and so do those behind it."""
    told: list[bytes] = []

    def full(raw: bytes) -> None:
        told.append(raw)
        if len(told) == 2:
            raise HouseDown("The disk is full.")

    with Server() as server:
        server.put(*(desk.letter(f"{n}").read_bytes() for n in range(3)))
        with pytest.raises(HouseDown, match="The disk is full"):
            read_unseen(a_box(server), full)
        assert server.flags() == [True, False, False]
    assert len(told) == 2


def test_a_letter_too_large_comes_as_its_headers(desk: Desk) -> None:
    """It is matched, and waits for a person to read it in the mailbox."""
    small = desk.letter().read_bytes()
    with Server() as server:
        reads_from(desk, server)
        server.put(small.replace(b"\n", b"\r\n") + b"x" * (LARGEST + 1))
        assert desk.home.do("collect") == counts(read=1, unmatched=1)
        assert server.flags() == [True]
    letter = desk.last()
    assert (letter["kind"], letter["message"]) == ("unreadable", desk.message.id)
    ((raw,),) = desk.home.rows("SELECT raw FROM letter")
    assert raw.rstrip() == small.partition(b"\n\n")[0].replace(b"\n", b"\r\n")
    desk.home.do("letters", "assign", "1", str(desk.message.id), "--as", MANAGER)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "received")
    assert desk.task["answer"] == "received"


def test_a_mailbox_that_is_away_is_told_plainly(desk: Desk) -> None:
    """Code 3, what to check, and nothing of what was set; the next time finds everything."""
    with Server() as server:
        reads_from(desk, server)
    assert "there is no connection to it" in desk.home.down("collect")
    with Server() as server:
        reads_from(desk, server)
        server.put(desk.letter().read_bytes())
        os.environ["WAYMARK_MAIL__INBOX__PASSWORD"] = "another-canary"
        said = desk.home.run("collect")
        os.environ["WAYMARK_MAIL__INBOX__PASSWORD"] = PASSWORD
        assert said.code == 3
        assert "refused to sign in" in said.err
        assert "canary" not in said.out + said.err
        assert desk.home.do("collect") == counts(read=1, proposed=1)
    for log in desk.home.folder.rglob("*.log"):
        assert "canary" not in log.read_text("utf-8")


def test_no_folder_of_this_name(desk: Desk) -> None:
    with Server() as server, pytest.raises(HouseDown, match="no folder of this name"):
        read_unseen(a_box(server, folder="Nowhere"), print)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_only_a_server_to_be_trusted_gets_the_password(security: str, tmp_path: Path) -> None:
    """The certificate is checked with its name; an unknown authority is not asked further."""
    authority, other = trustme.CA(), trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    files = {name: tmp_path / name for name in ("right", "wrong")}
    authority.cert_pem.write_to_path(str(files["right"]))
    other.cert_pem.write_to_path(str(files["wrong"]))
    came: list[bytes] = []
    with Server(security, context) as server:
        server.put(b"Subject: x\r\n\r\nNoted.\r\n")
        box = {name: a_box(server, security=security, cafile=str(f)) for name, f in files.items()}
        with pytest.raises(HouseDown, match="certificate is not to be trusted"):
            read_unseen(box["wrong"], came.append)
        assert came == []
        read_unseen(box["right"], came.append)
    assert came == [b"Subject: x\r\n\r\nNoted.\r\n"]


def test_a_server_without_encryption_gets_no_password() -> None:
    """With starttls set, a server that does not offer it is told nothing."""
    with Server() as server, pytest.raises(HouseDown, match="cannot be read now"):
        read_unseen(a_box(server, security="starttls"), print)


def test_a_password_signs_in_also_where_there_is_a_certificate(tmp_path: Path) -> None:
    """The certificate is for the line alone then; the server is not asked to go by it."""
    made, got = papers(tmp_path), list[bytes]()
    files = {"cafile": str(made.ca), "certificate": str(made.certificate), "key": str(made.key)}
    with Server("tls", made.server()) as server:
        server.put(b"Subject: Our return\r\n\r\nNoted.\r\n")
        read_unseen(a_box(server, security="tls", **files), got.append)
    assert len(got) == 1
