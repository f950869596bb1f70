"""The browser somebody signs in with: whether it is known for them, and of which kind it is.

A visit belongs to the kind of browser it began in, and its person is told of each that began in a
browser which nobody had signed in with under their address before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine import codes
from engine.case import Owed
from engine.codes import HAPPENED
from engine.keyring import Edition, Secret, is_one
from engine.london import in_words
from engine.outbox import SIGN_IN
from engine.ports import UnitOfWork
from engine.visits import Visit

# How a mark begins that was given in the first visit in its browser, and in any after that.
_FIRST, _AGAIN = "f-", "a-"
_LETTERS = 16
_LONGEST = 1_000  # letters of what a browser says of itself
_NEW = (
    "Somebody signed in with your address on {when}, in a browser that was not used with it before."
    " A first visit in a browser ends after ten minutes in which nothing was done, and after an"
    " hour in any case; from the second one on the browser is known."
)
_ELSEWHERE = (
    "A visit of yours was ended on {when}: it was begun in one kind of browser, and then a page of"
    " it was asked for in another."
)


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser holds: digest is that of its cookie, mark says who signed in there before."""

    digest: str
    mark: str = field(default="", repr=False)


def mark_of(edition: Edition, email: str, chance: str) -> str:
    """What a browser keeps in which somebody signed in: it names nobody, and nobody can make it."""
    return f"{chance}.{codes.keyed(edition, 'known browser', email, chance)}"


def next_mark(secret: Secret, email: str, browser: Browser, chance: str) -> str:
    """The mark of a browser in which somebody has just signed in; chance is handed in."""
    known = _AGAIN if knows(browser, secret, email) else _FIRST
    return mark_of(secret.latest, email, known + chance)


def knows(browser: Browser, secret: Secret, email: str) -> bool:
    """Whether somebody signed in with this browser before, or just now."""
    chance = browser.mark.partition(".")[0]
    return is_one(browser.mark, [mark_of(each, email, chance) for each in secret.counting])


def is_known(browser: Browser, secret: Secret, email: str) -> bool:
    """Whether their visit in this browser is not the first one there."""
    return browser.mark.startswith(_AGAIN) and knows(browser, secret, email)


def kind_of(says: str) -> str:
    """The kind of a browser and its device, from what it says of itself.

    Whatever has a digit in it is left out: an update in the night makes no other browser of it.
    """
    words = (word.partition("/")[0] for word in says[:_LONGEST].split())
    return " ".join(word for word in words if not any(c.isdigit() for c in word))


def bound(secret: Secret, chance: str, says: str) -> str:
    """The cookie of a visit: chance, bound to the kind of browser that says this of itself."""
    return _bound(secret.latest, chance, says)


def _bound(edition: Edition, chance: str, says: str) -> str:
    return f"{chance}.{codes.keyed(edition, 'kind of browser', chance, kind_of(says))}"


def is_whole(cookie: str) -> bool:
    """Whether a cookie was given to a kind of browser at all."""
    return "." in cookie


def is_bound(secret: Secret, cookie: str, says: str) -> bool:
    """Whether a cookie comes from the kind of browser it was given to."""
    chance = cookie.partition(".")[0]
    # Under an ended edition too: a visit outlasts it by hours at most, and nobody moved a cookie.
    return is_one(cookie, [_bound(each, chance, says) for each in secret.editions])


def tell_of_new(work: UnitOfWork, secret: Secret, visit: Visit, browser: Browser) -> None:
    """Owe its person word of a whole visit in a browser that is not known for them."""
    if not visit.half and not knows(browser, secret, visit.email):
        _tell(work, visit, "a browser that is new to your address", _NEW, visit.began)


def tell_of_other(work: UnitOfWork, visit: Visit, now: datetime) -> None:
    """Owe its person word of a visit that was ended because its cookie went to another kind."""
    _tell(work, visit, "a visit of yours was ended", _ELSEWHERE, now)


def _tell(work: UnitOfWork, visit: Visit, title: str, words: str, at: datetime) -> None:
    about = {
        "reference": "",
        "title": title,
        "because": "you are in the directory of people who can sign in",
        "due": "",
        "urgent": "",
        HAPPENED: words.format(when=in_words(at)),
    }
    anchor = f"{SIGN_IN}/{title}/{visit.digest[:_LETTERS]}"
    work.outbox.owe_apart(Owed(anchor, SIGN_IN, visit.email, "", True, about), at)
