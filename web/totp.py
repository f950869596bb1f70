"""The codes an authenticator app shows (RFC 6238), and the picture it is set up with.

An app goes by the world's time, so its codes are compared with that, also in a practice house.
"""

from __future__ import annotations

import base64

import pyotp
import segno
from markupsafe import Markup
from pyotp.utils import strings_equal

from engine.authenticators import DIGITS
from workflows.clock import WallClock

# A telephone may be half a minute from the world's time, and a person slow.
_NEAR = (-1, 0, 1)
_SQUARE = 5  # pixels of a square of the picture
_GROUP = 4


def in_letters(secret: bytes) -> str:
    """A secret in the letters that apps take (base 32)."""
    return base64.b32encode(secret).decode()


def step_of(secret: bytes, typed: str) -> int | None:
    """The step of time whose code was typed, now or a step beside; None where it is no code."""
    app = pyotp.TOTP(in_letters(secret), digits=DIGITS)
    now = app.timecode(WallClock().now())
    # All are compared, so that it takes as long whatever was typed.
    fits = [now + near for near in _NEAR if strings_equal(app.generate_otp(now + near), typed)]
    return max(fits, default=None)


def address(secret: bytes, email: str, house: str) -> str:
    """What an app is set up with, as an address that telephones know."""
    named = "".join(c for c in house if c != ":")
    return pyotp.TOTP(in_letters(secret), digits=DIGITS).provisioning_uri(
        name=email, issuer_name=named
    )


def picture(set_up: str) -> Markup:
    """The same as a picture to point a telephone at: SVG to stand in a page."""
    code = segno.make(set_up, error="m", micro=False)
    plain = {"svgclass": None, "lineclass": None, "omitsize": False}
    drawn = code.svg_inline(scale=_SQUARE, border=4, dark="#0b0c0c", light="#ffffff", **plain)
    return Markup(drawn)  # noqa: S704 - it has squares alone, and no word


def in_groups(secret: bytes) -> str:
    """A secret as somebody types it into a telephone."""
    letters = in_letters(secret)
    return " ".join(letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP))
