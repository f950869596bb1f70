"""One-time codes: what a link alone may not do is done with a code mailed to the link's person.

A code is made from the mail that carries it and from the house's secret, so it is kept nowhere;
what is kept of it is a slow digest that is bound to the browser that asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import slow
from engine.case import Owed, Step
from engine.errors import Refused
from engine.keyring import Edition, Secret
from engine.notices import words
from engine.outbox import SIGN_IN, Message
from engine.situation import Situation
from engine.step import Pen

KIND = "code"
# The kinds of mail that carry a code: for a decision by link, and to sign in with.
CARRIERS = frozenset((KIND, SIGN_IN))
# What mail of these kinds says instead where it carries none: something that happened to a visit.
HAPPENED = "happened"
# No vowels, so that no word comes of it, and nothing that is mistaken for something else.
LETTERS = "23456789bcdfghjkmnpqrstvwxyz"
LENGTH = 8
LIFE = timedelta(minutes=10)
# How long a page that a code opened may be worked on.
OPEN = timedelta(minutes=30)
MOST_TRIES = 5
HOUR = timedelta(hours=1)
A_LINK_AN_HOUR, A_PERSON_AN_HOUR = 4, 8

WRONG = (
    "That is not the code, or it has ended: each works once, for ten minutes, in the browser"
    " that asked for it. Use the newest one, or ask for another."
)
CLOSED = (
    "This page has ended, and nothing more was saved: what you decided before stands. Ask for a new"
    " code to go on."
)
DONE = (
    "This page has ended: it was closed, or what you decided was saved already, once. To do more,"
    " ask for a new code."
)


class TooMany(Refused):
    """More codes were asked for than anybody needs."""

    def __init__(self) -> None:
        super().__init__(
            ["No more codes are sent just now. Use the newest one you got, try again in an hour,"
             " or ring the number in the email."]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was asked for through the link of a message, by one browser.

    browser and digest are digests. used_at is when it was typed in and opened a page, done_at when
    something was decided there or the page was closed; after that it opens nothing.
    """

    id: int
    message: int
    recipient: str
    browser: str
    digest: str
    asked_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    done_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether the page it opened is open still."""
        return self.used_at is not None and self.done_at is None and now - self.used_at <= OPEN


def code_in(edition: Edition, case: str, anchor: str, recipient: str) -> str:
    """The code that the mail with this anchor carries, as people read it: two groups of four."""
    digest = keyed(edition, "code", case, anchor, recipient)
    number, found = int(digest, 16), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        found += LETTERS[place]
    return f"{found[: LENGTH // 2]}-{found[LENGTH // 2 :]}".upper()


def digest_of(edition: Edition, browser: str, typed: str, nonce: str) -> str:
    """What is kept of a code: slow to try out, and of no use to whoever lacks the secret."""
    return slow.kept(_typed(edition, browser, typed), nonce)


def browser_of(token: str) -> str:
    """What is kept of the token a browser holds."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def is_it(code: Code | None, secret: Secret, typed: str, now: datetime) -> bool:
    """Whether what was typed is this code, in time; it takes as long whatever is wrong.

    None is no code, or one that takes no more tries.
    """
    browser, digest = (code.browser, code.digest) if code else ("", "")
    made = secret.at(code.asked_at if code else now)
    same = slow.fits(_typed(made, browser, typed), digest)
    return (
        same
        and code is not None
        and code.used_at is None
        and code.asked_at <= now <= code.asked_at + LIFE
    )


def send(situation: Situation, asked: Message, browser: str, nonce: str) -> tuple[Step, Code]:
    """The step that owes the mail with a code, and what is kept of the code.

    nonce is chance, handed in: no two mails carry the same code, even in a restored house, and
    what is kept of each has a salt of its own.
    """
    pen = Pen(situation)
    event = pen.write("code_sent", {"message": asked.id})
    about = words(situation, KIND, None, None)
    about["title"], about["sequence"] = "Your code", str(event.sequence)
    about["asks"] = "Type this code on the page where you asked for it."
    about["otherwise"] = "If you do nothing, nothing changes."
    about["due"] = (situation.now + LIFE).isoformat()
    about["because"] = "somebody asked for a code with the link of an email that was sent to you"
    anchor = f"code#{event.sequence}/{nonce}"
    pen.also.append(Owed(anchor, KIND, asked.recipient, asked.role, True, about))
    edition, reference = situation.secret.at(situation.now), situation.case.reference
    typed = code_in(edition, reference, anchor, asked.recipient)
    kept = digest_of(edition, browser, typed, nonce)
    return pen.finish(), Code(0, asked.id, asked.recipient, browser, kept, situation.now)


def opened(situation: Situation, asked: Message) -> Step:
    """The step that says in the record that a code was used, and a page of the case read."""
    pen = Pen(situation)
    pen.write("code_used", {"message": asked.id})
    return pen.finish()


def carries(message: Message) -> bool:
    """Whether the mail of a message has a code in it."""
    return message.kind in CARRIERS and not message.about.get(HAPPENED)


def why_late(asked: Message, now: datetime) -> str:
    """Why the mail of a code need not be sent any more; empty where it can still be used."""
    ended = carries(asked) and now > datetime.fromisoformat(asked.about["due"])
    return "Not sent: the code had ended before." if ended else ""


def _typed(edition: Edition, browser: str, typed: str) -> bytes:
    plain = "".join(c for c in typed[:100].lower() if c.isalnum())
    return keyed(edition, "typed code", browser, plain).encode()


def keyed(edition: Edition, *words: str) -> str:
    """What the house's secret makes of some words; the first says what for."""
    return edition.mac(*words).hex()
