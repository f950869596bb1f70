"""Changing the secret of a house: another edition is made, and an old one is ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from config import secret_file
from config.premises import SECRET, given_secret
from engine.errors import Refused
from engine.keyring import DIGESTS, WAIT, Edition, Secret
from workflows.founding import in_place_of
from workflows.wiring import Premises

_LONG = 32
_GIVEN = (
    f"the secret was handed to this process, and there is no {SECRET} here to change; decrypt it"
    " into the house's folder, change it there, and encrypt it again"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """An edition that opens nothing any more, and how many authenticator apps went with it."""

    edition: Edition
    apps: int


def change(premises: Premises, digest: str = "", wait: timedelta = WAIT) -> Edition:
    """Make another edition, in force after a while; digest: another one than that of the latest.

    Errors: Refused, with every reason; HouseDown.
    """
    secret, now = premises.store.secret, premises.house.clock.now()
    reasons = [_GIVEN] if given_secret() is not None else []
    if digest and digest not in DIGESTS:
        reasons.append(f"'{digest}' is no digest here; the digests are: {', '.join(DIGESTS)}")
    if secret.latest.since > now:
        reasons.append("an edition is waiting to come into force; it has to be so first")
    if reasons:
        raise Refused(reasons)
    latest, key = secret.latest, secrets.token_bytes(_LONG)
    made = Edition(latest.number + 1, key, digest or latest.digest, now + wait)
    _keep(premises.home, secret, Secret((*secret.editions, made)))
    return made


def end(premises: Premises, number: int, by: str) -> Ended:
    """Let nothing be opened any more that was made with an edition; by is who does it.

    Its authenticator apps are removed first, so that whoever has one can set up another. It may be
    done again where it was cut short. Errors: Refused, with every reason; HouseDown.
    """
    secret, now = premises.store.secret, premises.house.clock.now()
    found = next((each for each in secret.editions if each.number == number), None)
    reasons = [_GIVEN] if given_secret() is not None else []
    if found is None:
        numbers = ", ".join(str(each.number) for each in secret.editions)
        reasons.append(f"there is no edition {number}; the editions are: {numbers}")
    elif found == secret.latest or secret.latest.since > now:
        reasons.append(
            "no later edition is in force, and the house cannot be without one; make one first:"
            " waymark secret change"
        )
    if reasons or found is None:
        raise Refused(reasons)
    with premises.store.begin() as work:
        until = secret.editions[number].since
        made = [app for app in work.authenticators.list() if found.since <= app.made_at < until]
        apps = sum(work.authenticators.remove(app.id, now, by) for app in made)
        work.commit()
    ended = found if found.ended else replace(found, ended=now)
    others = (ended if each.number == number else each for each in secret.editions)
    _keep(premises.home, secret, Secret(tuple(others)))
    return Ended(ended, apps)


def _keep(home: Path, known: Secret, wanted: Secret) -> None:
    """Write the file, whole or not at all. Errors: Refused where somebody else changed it."""
    with in_place_of(home, secret_file.written(wanted)):
        if secret_file.read((home / SECRET).read_bytes()) != known:
            raise Refused(["somebody else has changed the secret meanwhile; look, and begin again"])
