"""The settings.toml of a house: reading it without quoting it, and a first one to fill in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from engine.errors import HouseDown

FILE = "settings.toml"


def read_file(home: Path) -> dict[str, Any]:
    """Read a house's settings file; nothing where it has none.

    Errors: HouseDown with the line, never with its content, which could be a password.
    """
    path = home / FILE
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except OSError as fault:
        raise down([f"{FILE} cannot be read ({type(fault).__name__})"]) from None
    except RecursionError:
        raise down([f"{FILE} is nested too deeply"]) from None
    except ValueError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        where = f"line {line.group(1)}" if line else "the end or the encoding of the file"
        raise down([f"{FILE} is not TOML: look at {where}"]) from None


def down(problems: list[str]) -> HouseDown:
    """All that is wrong with the settings, as the one error that is raised for it."""
    listed = "; ".join(dict.fromkeys(problems))
    return HouseDown(f"The settings of this house are not usable: {listed}.")


def settings_template(database: str = "") -> str:
    """The text of a new house's settings.toml; a database address is written in where given."""
    chosen = f"database = {_quoted(database)}" if database else _NO_DATABASE
    return _TEMPLATE.replace("{database}", chosen)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_NO_DATABASE = (
    '# database = "postgresql+psycopg://waymark@db.example.org/waymark?sslmode=verify-full"'
)
_TEMPLATE = """\
# The settings of this house. Anything here can also be set in the environment, which wins:
# WAYMARK_AREA, WAYMARK_MAIL__HOST and so on, with two underscores before a nested name.
# Keep passwords out of this file: use WAYMARK_MAIL__PASSWORD and WAYMARK_DATABASE.

# Without an address the house keeps its records in waymark.db in this folder.
{database}

# area = "Name of this area"
# partnership = "Name of the safeguarding children partnership"
# phone = "01632 960000"
# clock = "embedded"       # `waymark serve`; "heartbeat" where there are several
# digest_hour = 8         # of the day in London; never 1

[mail]
# Without a host nothing is sent: messages are owed and wait.
# host = "smtp.example.org"
# port = 587
# security = "starttls"    # or "tls"; never tried and given up: without it nothing is sent
# ca_file = "/etc/ssl/certs/own-authority.pem"
# certificate = "/etc/waymark/mail.pem"    # to sign in by, instead of a password
# private_key = "/etc/waymark/mail.key"
# username = "waymark"
# sender = "case-reviews@example.org"
# sender_name = "Case reviews"
# reply_to = "support-team@example.org"
# domain = "example.org"   # of Message-IDs
# replies = "reviews@example.org"   # a mailbox that takes reviews+anything@example.org
# answers = "https://reviews.example.org"   # where `waymark answers` is served
# calendar_keys = "header"   # or "address", for calendar programs that can send no password
# bounces = "bounces@example.org"   # and so must bounces+KEY@example.org
# batch = 20
# connections = 1          # how many stand open at the same time, 10 at most
# lease = 3000             # seconds; at least twice the longest dialogue

[mail.inbox]
# Without a host no mailbox is read. Its password goes into WAYMARK_MAIL__INBOX__PASSWORD.
# host = "imap.example.org"
# port = 993
# security = "tls"         # or "starttls"
# username = "waymark"
# folder = "INBOX"

[mail.tolerance]
# Failures of one address before its deputy is told: an address that is not there, a mailbox that
# is full or away, and within how many days.
# hard = 1
# soft = 3
# days = 7

[service]
# backups = "/backups/waymark"         # every ten minutes; best on another disk
# checkpoints = "/elsewhere/waymark"   # each morning; outside the house
# certificate = "/etc/waymark/pages.pem"   # to speak TLS beyond this machine
# private_key = "/etc/waymark/pages.key"   # readable by the house alone

[sign_in]
# Signing in by way of an organisation that speaks OpenID Connect. The secret it gave to this house
# goes into WAYMARK_SIGN_IN__CLIENT_SECRET. It sends people back to mail.answers.
# issuer = "https://login.example.org"
# client_id = "waymark"
# client_key = "/etc/waymark/sign-in.key"   # of the house, instead of a secret
# client_key_id = "1"             # the name the provider knows it by
# client_audience = "issuer"      # or "token_endpoint", where the provider asks for that
# label = "Northmoor Council"   # on the button
# only = false                  # true: nobody signs in by email any more
# app = false                   # true: everybody signs in with an authenticator app as well

# Years for which a closed case is kept here, by the key of its process.
[retention]
# rapid_review = 25

[mail.timeouts]
# connect = 30
# command = 60
# after_dot = 600

[signals]
# Addresses that are called after each good round; a watcher there rings when the calls stay away.
# sweep = "https://watch.example.org/..."
# deliver = "https://watch.example.org/..."
# backup = "https://watch.example.org/..."
"""
