"""From a house's settings to the post its couriers use."""

from __future__ import annotations

from config.settings import Settings
from engine.errors import Refused
from engine.ports import Store
from notifications.letterhead import Letterhead
from notifications.post import Post


def post_of(settings: Settings, courier: str, store: Store) -> Post:
    """How this house's mail leaves it. Errors: Refused, with what to set."""
    mail = settings.mail
    if not mail.ready:
        raise Refused(
            ["this house has no mail server: set mail.host and mail.sender in settings.toml;"
             " until then messages stay owed and nothing is lost"]
        )  # fmt: skip
    waits = mail.timeouts
    return Post(
        host=mail.host,
        port=mail.port,
        letterhead=letterhead_of(settings, store),
        courier=courier,
        security=mail.security,
        username=mail.username,
        password=mail.password.get_secret_value(),
        cafile=str(mail.ca_file or ""),
        opening=waits.connect + 8 * waits.command,
        command=waits.command,
        body=2 * waits.command,
        after_dot=waits.after_dot,
        lease=mail.lease,
        batch=mail.batch,
    )


def letterhead_of(settings: Settings, store: Store) -> Letterhead:
    mail = settings.mail
    return Letterhead(
        partnership=settings.partnership or "Safeguarding Children Partnership",
        sender=mail.sender,
        sender_name=mail.sender_name,
        reply_to=mail.reply_to or mail.sender,
        phone=settings.phone or "the number you have for the support team",
        practice=store.practice,
        domain=settings.mail_domain,
        answers=mail.answers,
        replies=mail.replies,
        secret=store.secret,
    )
