"""From the mail a person really gets to the letter that answers it, through a real mail server."""

from __future__ import annotations

from email.message import EmailMessage

from notifications.catcher import Catcher
from tests.cli.desk import SCHOOL, SETTINGS, asked, counts
from tests.cli.driver import MANAGER, Home


def test_a_reply_to_the_mail_that_was_sent_finds_its_question(
    house: Home, catcher: Catcher
) -> None:
    """Pressing reply is enough: the address it goes to is the whole of what must come back."""
    desk = asked(house)
    more = f'host = "127.0.0.1"\nport = {catcher.port}\nsecurity = "none"\n'
    (house.folder / "settings.toml").write_text(SETTINGS + more, "utf-8")
    house.do("deliver")
    mails = {caught.message_id: caught.mail for caught in catcher.caught}
    sent = mails[desk.message.message_id]
    reply = EmailMessage()
    reply["From"], reply["To"] = SCHOOL, sent["Reply-To"]
    reply.set_content("Nil return.")
    assert desk.collect(desk.file(reply.as_bytes())) == counts(read=1, proposed=1)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER)
    assert desk.task["answer"] == "nil"
