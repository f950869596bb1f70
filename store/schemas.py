"""A schema of a PostgreSQL database as a house's own database: nothing else is on its path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.schema import CreateSchema, DropSchema

from engine.errors import HouseDown
from store.connection import parse, whole


@contextmanager
def new_schema(url: str, schema: str) -> Iterator[None]:
    """An empty schema made for what is done meanwhile; where that fails it is gone.

    Errors: HouseDown, also where there is one of this name already.
    """
    _make_schema(url, schema)
    try:
        yield
    except BaseException:
        with whole(parse(url)) as connection:
            connection.execute(DropSchema(schema, cascade=True))
        raise


def _make_schema(url: str, schema: str) -> None:
    with whole(parse(url)) as connection:
        if connection.dialect.has_schema(connection, schema):
            raise HouseDown(
                f"The database has a schema {schema} already, of a house whose folder is not here."
                " Put its folder back, or drop the schema if nobody needs it."
            )
        connection.execute(CreateSchema(schema))


def in_schema(url: str, schema: str) -> str:
    """The address of a schema of a database; `schema` is small letters, numbers and underscores."""
    known = parse(url)
    given = known.query.get("options", "")
    options = f"{given} -c search_path={schema}" if isinstance(given, str) else ""
    return known.update_query_dict({"options": options.strip()}).render_as_string(
        hide_password=False
    )
