"""Every page of the console as a door: where it is, who may come in, and what stands behind it.

A page that is not declared here is not served, and one without a word on who may come in cannot be
declared. A door that is shut looks like a wall: whoever may not see a page is told it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine.casework import Caller
from engine.roles import Actor, roles_of
from web import guard, look
from web.root import path_in, root_of
from workflows.wiring import Premises

ANYBODY = frozenset(("*",))
SIGNED_IN = frozenset(("+",))
# Whoever keeps cases reads what people wrote about them; an administrator never does.
READERS_OF_MAIL = frozenset(("business_manager", "cdop_coordinator"))
# Who looks after the house: sees what is owed, what came in, and how the house is.
KEEPERS = frozenset(("business_manager", "cdop_coordinator", "administrator"))
# Who looks at who read what.
AUDITORS = frozenset(("auditor", "administrator"))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page: somebody of the directory who signed in, or nobody known.

    fresh: they signed in within the last ten minutes. left: seconds until the visit ends by itself,
    if nothing more is done. session is that of nobody where it was ended just now, because its
    cookie came from another kind of browser.
    """

    actor: Actor
    name: str = ""
    session: str = ""
    fresh: bool = False
    left: int = 0

    @property
    def known(self) -> bool:
        return bool(self.actor.email)

    @property
    def elsewhere(self) -> bool:
        """Whether their visit was ended just now: it was begun in another kind of browser."""
        return bool(self.session) and not self.known


NOBODY = Visitor(Actor("", "", frozenset()))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked: the house, who asks, the words in the address and in the form.

    visit is the value of the visitor's cookie, made anew for somebody who brings none. form holds
    the first value of each field, lists all of them.
    """

    premises: Premises
    visitor: Visitor
    request: Request
    visit: str
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def form(self) -> Mapping[str, str]:
        return {name: values[0] for name, values in self.lists.items()}

    @property
    def path(self) -> Mapping[str, str]:
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def here(self) -> str:
        """The path of this page within the house."""
        return path_in(self.request.scope)

    @property
    def root(self) -> str:
        """The path under which the house is served; "" where it has the whole site."""
        return root_of(self.request.scope)

    @property
    def at_home(self) -> bool:
        """Whether this is a practice house, looked at on the machine it stands on."""
        return self.premises.store.practice and guard.is_here(self.request)

    @property
    def caller(self) -> Caller:
        """Who acts, for the record: the person, and that they did it on a page."""
        return Caller(self.visitor.actor.email, "console")

    def page(self, name: str, status: int = 200, /, **words: Any) -> Response:
        """A page in the console's look, with whose house and whose session it is."""
        return look.page(name, status, self.root, **self._around(), **words)

    def go(self, to: str) -> Response:
        """On to another page of the house."""
        return RedirectResponse(f"{self.root}{to}", 303)

    def remember(self, response: Response, visit: str) -> None:
        """Give the visitor a cookie for this house, and for no other of the same host."""
        guard.give(self.request, response, visit)

    def _around(self) -> dict[str, Any]:
        premises = self.premises
        settings, practice = premises.settings, premises.store.practice
        return {
            "house": {
                "partnership": settings.partnership or "Safeguarding Children Partnership",
                "phone": settings.phone,
                "practice": practice,
                "at_home": self.at_home,
                "now": premises.house.clock.now() if practice else None,
            },
            "visitor": self.visitor,
            "guard": guard.token(premises.store.secret, self.visit),
            "here": self.here,
            "ways": ways(self.visitor),
            "banner": "",
        }


Answer = Callable[[Asked], Response]


class OnceMore(Exception):  # noqa: N818 - what is asked for, and no fault
    """What is asked for is done by whoever has just signed in, and this visitor has not."""


@dataclass(frozen=True, slots=True)
class Door:
    """One page: its address, its method, who may come in, and what answers.

    who holds roles, or ANYBODY, or SIGNED_IN: which case a signed-in person may see is decided by
    the case itself, in engine.reading. practice: the door is there in a practice house alone, and
    for nobody but whoever sits at its own machine. fresh: it changes how somebody signs in, or
    something of every case, so whoever signed in a while ago does so once more first. What is as
    grave in one case is declared with its deed, in web.deed.
    """

    path: str
    method: str
    name: str
    who: frozenset[str]
    answer: Answer
    practice: bool = False
    fresh: bool = False

    def __post_init__(self) -> None:
        if not self.who:
            raise ValueError(f"{self.path}: who may come in is not declared")

    @property
    def of_the_house(self) -> bool:
        """Whether it is for whoever looks after the house, and asks what engine.caretaking says."""
        return self.who in (KEEPERS, AUDITORS)


_WAYS = (
    ("My work", "/", SIGNED_IN),
    ("Reviews", "/cases", SIGNED_IN),
    ("Messages", "/messages", KEEPERS),
    ("Letters", "/letters", READERS_OF_MAIL),
    ("Timeliness", "/timeliness", SIGNED_IN),
    ("People", "/people", SIGNED_IN),
    ("Processes", "/processes", SIGNED_IN),
    ("Bank holidays", "/bank-holidays", SIGNED_IN),
    ("Audit", "/audit", AUDITORS),
    ("Health", "/health-of-the-house", KEEPERS),
)


def ways(visitor: Visitor) -> tuple[tuple[str, str], ...]:
    """Where this visitor can go from every page."""
    return tuple((words, path) for words, path, who in _WAYS if lets_in(who, visitor))


def lets_in(who: frozenset[str], visitor: Visitor) -> bool:
    """Whether a door for these lets this visitor in; the default is no."""
    if who == ANYBODY:
        return True
    if not visitor.known:
        return False
    return who == SIGNED_IN or not roles_of(visitor.actor).isdisjoint(who)
