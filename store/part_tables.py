"""The table of parts: under which names somebody has, or once had, a part in which cases.

It says where to look for somebody's cases, and gives nobody a right to read one.
"""

from __future__ import annotations

from store.columns import BY_CASE, Table, primary


class PartRow(Table, table=True):
    __tablename__ = "part"
    # Found by its person first, so SQLite keeps the cases of one side by side.
    __table_args__ = BY_CASE
    who: str = primary()
    case: str = primary("case.reference")


PART = Table.metadata.tables["part"]
