"""Which passwords and secrets of a house stay as they are, where something else could be shown."""

from __future__ import annotations

from collections.abc import Iterator

from config.settings import Settings


def unchanging(settings: Settings) -> Iterator[str]:
    """What could be shown instead of each; nothing is wrong with a house that has them."""
    mail = settings.mail
    if _has_password(settings.database_url):
        yield (
            "A password that stays opens the database: its account on this machine, or a"
            " certificate, can stand in for it (deploy/postgresql/pg_hba.conf)."
        )
    for place, word in (("mail server", mail.password), ("mailbox", mail.inbox.password)):
        if word:
            yield (
                f"A password that stays opens the {place}: mail.certificate can stand in for it,"
                " where the server takes one."
            )
    if settings.sign_in.client_secret:
        yield (
            "A secret that stays is shown to the organisation's sign-in: sign_in.client_key can"
            " stand in for it, where the provider takes private_key_jwt."
        )


def _has_password(address: str) -> bool:
    """Whether the address of a database says one; what is no address is told elsewhere."""
    from sqlalchemy import make_url  # noqa: PLC0415 - only a look over the house needs it
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return False
    return bool(url.password or url.query.get("password"))
