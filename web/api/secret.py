"""The value of a token: what it looks like, and what is kept of it."""

from __future__ import annotations

import hashlib

# So that whoever searches code or logs for lost secrets finds one by its beginning.
PREFIX = "waymark_"


def digest_of(value: str) -> str:
    """What is kept of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(value.encode()).hexdigest()
