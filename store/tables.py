"""Every table of a house; they carry no behaviour, and every constraint has a name.

What works with tables takes them from the module they are declared in: a command pays for those
it needs.
"""

from __future__ import annotations

from store import (  # noqa: F401 - their tables are declared with these
    answer_tables,
    authenticator_tables,
    bond_tables,
    case_tables,
    duty_tables,
    house_tables,
    letter_tables,
    mail_tables,
    part_tables,
    token_tables,
    visit_tables,
)
from store.columns import Table

METADATA = Table.metadata
TABLES = METADATA.tables
