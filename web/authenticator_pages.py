"""An authenticator app: its person's own page, and its question on the way in."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from starlette.responses import Response

from engine import authenticating, authenticators, codes
from engine.authenticators import SPARE, Spare
from engine.errors import Refused
from engine.visits import Visit
from web import guard, mark
from web.doors import ANYBODY, SIGNED_IN, Asked, Door
from web.wanted import SECOND, after, wanted

HERE = "/authenticator"
_CHANCE = 20


def question(asked: Asked) -> Response:
    """Asks for the second code of whoever gave the first one, or has them set up an app first."""
    if asked.visitor.known:
        return asked.go(wanted(asked))
    waiting = _waiting(asked)
    if waiting is None:
        return asked.go("/sign-in")
    return _asks(asked) if _has_app(asked, waiting.email) else _first(asked)


def enter(asked: Asked) -> Response:
    """Opens the visit with the second code, or sets up the app that will give one."""
    chosen = _ON_THE_WAY.get(asked.form.get("go", ""), _enter)
    return chosen(asked)


def _enter(asked: Asked) -> Response:
    from web.totp import step_of  # noqa: PLC0415 - only where somebody has an app

    fresh, house = mark.fresh_pass(asked), asked.premises.house
    half, visit = mark.browser_of(asked.request, asked.visit), guard.digest_of(fresh)
    try:
        begun = authenticating.enter(house, half, asked.form.get("code", ""), visit, step_of)
    except Refused as no:
        return _asks(asked, *no.reasons)
    return mark.let_in(asked, asked.go(after(begun, wanted(asked))), fresh, begun)


def _asks(asked: Asked, *reasons: str) -> Response:
    known = {"to": wanted(asked), "reasons": reasons}
    return asked.page("authenticator_asked.html", 422 if reasons else 200, **known)


def _waiting(asked: Asked) -> Visit | None:
    return authenticating.waits(asked.premises.house, guard.digest_of(asked.visit))


def _has_app(asked: Asked, email: str) -> bool:
    with asked.premises.house.store.begin() as work:
        found = work.authenticators.of(email)
    return found is not None and found.is_on


def _first(asked: Asked) -> Response:
    return asked.page("authenticator_first.html", to=wanted(asked))


def _begin_on_the_way(asked: Asked) -> Response:
    waiting = _waiting(asked)
    if waiting is None:
        return asked.go("/sign-in")
    authenticating.begin(asked.premises.house, waiting.email, secrets.token_hex(_CHANCE))
    return _set_up(asked, waiting.email)


def _enrol(asked: Asked) -> Response:
    """Sets up the app, opens the visit, and shows the codes to keep."""
    from web.totp import step_of  # noqa: PLC0415 - only where somebody has an app

    waiting, fresh, spare = _waiting(asked), mark.fresh_pass(asked), _spare()
    if waiting is None:
        return asked.go("/sign-in")
    half, typed = mark.browser_of(asked.request, asked.visit), asked.form.get("code", "")
    visit, house = guard.digest_of(fresh), asked.premises.house
    try:
        begun = authenticating.enrol(house, half, typed, visit, step_of, spare)
    except Refused as no:
        return _set_up(asked, waiting.email, *no.reasons)
    page = asked.page("authenticator_spare.html", spare=spare.codes, on=wanted(asked))
    return mark.let_in(asked, page, fresh, begun)


def own(asked: Asked) -> Response:
    """Whether an app is asked for, and how that is changed."""
    return _own(asked)


def change(asked: Asked) -> Response:
    """Does what was chosen on the page; each but the first takes a code."""
    chosen = _CHANGES.get(asked.form.get("go", ""))
    return chosen(asked) if chosen else _own(asked)


def _begin(asked: Asked) -> Response:
    email = asked.visitor.actor.email
    authenticating.begin(asked.premises.house, email, secrets.token_hex(_CHANCE))
    return _set_up(asked, email)


def _confirm(asked: Asked) -> Response:
    try:
        return _with_spare(asked, authenticating.confirm)
    except Refused as no:
        return _set_up(asked, asked.visitor.actor.email, *no.reasons)


def _renew(asked: Asked) -> Response:
    try:
        return _with_spare(asked, authenticating.renew)
    except Refused as no:
        return _own(asked, *no.reasons)


def _stop(asked: Asked) -> Response:
    from web.totp import step_of  # noqa: PLC0415 - only where somebody has an app

    email, typed = asked.visitor.actor.email, asked.form.get("code", "")
    try:
        authenticating.stop(asked.premises.house, email, typed, step_of)
    except Refused as no:
        return _own(asked, *no.reasons)
    return asked.go(HERE)


def _with_spare(asked: Asked, work: Callable[..., None]) -> Response:
    """What makes new codes in the app's stead, and the only page that ever shows them."""
    from web.totp import step_of  # noqa: PLC0415 - only where somebody has an app

    email, typed, spare = asked.visitor.actor.email, asked.form.get("code", ""), _spare()
    work(asked.premises.house, email, typed, step_of, spare)
    return asked.page("authenticator_spare.html", spare=spare.codes, on=HERE)


def _spare() -> Spare:
    half = codes.LENGTH // 2
    drawn = ["".join(secrets.choice(codes.LETTERS) for _ in range(half)) for _ in range(2 * SPARE)]
    pairs = zip(drawn[::2], drawn[1::2], strict=True)
    shown = [f"{first}-{second}".upper() for first, second in pairs]
    return Spare(shown, secrets.token_hex(_CHANCE))


def _own(asked: Asked, *reasons: str) -> Response:
    with asked.premises.house.store.begin() as work:
        found = work.authenticators.of(asked.visitor.actor.email)
        left = len(work.authenticators.unspent(found.id)) if found else 0
    is_on = found is not None and found.is_on
    since, app = found.confirmed_at if found else None, asked.premises.settings.sign_in.app
    status = 422 if reasons else 200
    return asked.page(
        "authenticator.html",
        status,
        on=is_on,
        since=since,
        left=left,
        reasons=reasons,
        asked_of_all=app,
    )


def _set_up(asked: Asked, email: str, *reasons: str) -> Response:
    """The page with the secret, as a picture and in letters; own pages only, and never kept."""
    from web import totp  # noqa: PLC0415 - only where somebody has an app

    premises, form_at = asked.premises, HERE if asked.visitor.known else SECOND
    with premises.house.store.begin() as work:
        found = work.authenticators.of(email)
    if found is None or found.is_on:
        return _own(asked, *reasons) if asked.visitor.known else asked.go(form_at)
    secret = authenticators.secret_of(premises.store.secret, found)
    address = totp.address(secret, email, f"Waymark {premises.settings.partnership}".strip())
    return asked.page(
        "authenticator_set_up.html",
        422 if reasons else 200,
        picture=totp.picture(address),
        address=address,
        secret=totp.in_groups(secret),
        reasons=reasons,
        form_at=form_at,
        to=wanted(asked),
    )


_CHANGES: dict[str, Callable[[Asked], Response]] = {
    "begin": _begin,
    "confirm": _confirm,
    "renew": _renew,
    "stop": _stop,
}

_ON_THE_WAY: dict[str, Callable[[Asked], Response]] = {
    "begin": _begin_on_the_way,
    "confirm": _enrol,
}

DOORS = (
    Door(SECOND, "GET", "authenticator-asked", ANYBODY, question),
    Door(SECOND, "POST", "authenticator-enter", ANYBODY, enter),
    Door(HERE, "GET", "authenticator", SIGNED_IN, own),
    Door(HERE, "POST", "change-authenticator", SIGNED_IN, change, fresh=True),
)
