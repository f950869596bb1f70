"""The names of the files in a house's folder."""

from __future__ import annotations

SECRET = "secret.key"  # noqa: S105 - the name of a file, not a secret
OWN_RULES = "timescales.toml"
LOG = "waymark.log"
CAUGHT = "caught"
OWN_HOLIDAYS = "bank_holidays.json"
