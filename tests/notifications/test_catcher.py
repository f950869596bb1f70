"""The catcher of a practice house keeps every mail and sends none on."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from notifications.catcher import Catcher, file_name
from notifications.courier import Tally, deliver
from tests.notifications.mailroom import HandClock, Mailroom, a_message, a_post


async def _deliver(room: Mailroom, port: int) -> Tally:
    return await deliver(room.store, HandClock(), a_post(port))


async def test_what_is_delivered_can_be_read_in_the_folder(tmp_path: Path) -> None:
    """Each mail is a file named by its identity, whole and readable by any mail program."""
    room = Mailroom([a_message(n) for n in range(1, 6)])
    with Catcher(tmp_path / "post") as catcher:
        assert (await _deliver(room, catcher.port)).accepted == 5
    assert [c.recipients for c in catcher.caught] == [
        (f"person{n}@agency.example",) for n in range(1, 6)
    ]
    for message, caught in zip(room.messages.values(), catcher.caught, strict=True):
        content = (tmp_path / "post" / file_name(message.message_id)).read_bytes()
        mail = message_from_bytes(content, policy=policy.default)
        assert mail["Message-ID"] == caught.message_id == message.message_id
        assert mail.defects == []
        assert content == caught.content
    assert len(list((tmp_path / "post").iterdir())) == 5


async def test_the_words_of_acceptance_lead_to_the_file(tmp_path: Path) -> None:
    """The attempt keeps what the catcher said, and that begins the file's name."""
    room = Mailroom([a_message()])
    with Catcher(tmp_path) as catcher:
        await _deliver(room, catcher.port)
    kept = room.tries[1][0].words.split()[-1]
    assert file_name(room.messages[1].message_id).startswith(kept)


async def test_nothing_of_a_name_or_reference_is_in_a_file_name(tmp_path: Path) -> None:
    """A folder listing tells nothing."""
    assert "RR" not in file_name(a_message().message_id)
    assert file_name("<../../etc/passwd>").removesuffix(".eml").isalnum()


def test_it_listens_on_this_machine_only_and_lets_go_of_its_port() -> None:
    """Nobody else on the network reaches it, and after it the port is free again."""
    with Catcher() as catcher:
        port = catcher.port
        with socket.create_connection(("127.0.0.1", port), 2) as plug:
            assert plug.recv(4).startswith(b"220")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 2)
    with Catcher(port=port) as again:
        assert again.port == port


def test_a_caught_mail_does_not_show_its_content_in_passing() -> None:
    """A log line about it names its identity alone."""
    with Catcher() as catcher:
        pass
    assert catcher.caught == []
