"""Lists of values as one parameter: a statement that stays the same however many there are.

`in_` writes a parameter for each value, so that each length is a statement of its own, which is
written by SQLAlchemy and read by PostgreSQL anew. That takes longer than to look two hundred rows
up, so whoever asks again and again about many builds the statement once, with `listed`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Self

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Dialect,
    FromClause,
    Insert,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from fstpwa.extensions import db


def listed(
    value: ColumnElement[Any] | InstrumentedAttribute[Any], name: str
) -> ColumnElement[bool]:
    """Return whether the column `value` is one of those in the parameter `name`, a list.

    Of numbers, texts, dates, instants or UUIDs; for bytes nobody needs it.
    """
    return _Listed(value, bindparam(name, type_=_ListOf(value.type)))


def insert_all(table: FromClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all say the same columns; flushed. At least one."""
    assert isinstance(table, Table)
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(insert(table), rows)
        return
    # Row by row, PostgreSQL and its driver say more to each other than the rows hold.
    names = tuple(rows[0])
    columns = {name: [row[name] for row in rows] for name in names}
    db.session.execute(_insert_arrays(table, names), columns)


@cache
def _insert_arrays(table: Table, names: tuple[str, ...]) -> Insert:
    types = {name: table.c[name].type for name in names}
    arrays = (
        cast(bindparam(name, type_=_ListOf(types[name])), ARRAY(types[name])) for name in names
    )
    rows = func.unnest(*arrays).table_valued(*(column(name, types[name]) for name in names))
    return insert(table).from_select(names, select(*rows.render_derived().c))


class _Listed(FunctionElement[bool]):
    """A column and a list."""

    type = Boolean()
    inherit_cache = True

    @property
    def of(self) -> TypeEngine[Any]:
        """The type of the column."""
        [value, _values] = self.clauses
        return value.type

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - as inherited
        """Stay as it is: SQLite, to which SQLAlchemy would say "= 1", then uses no index."""
        return self


@compiles(_Listed, "postgresql")
def _in_array(element: _Listed, compiler: SQLCompiler, **more: Any) -> str:
    value, values = (compiler.process(each, **more) for each in element.clauses)
    array = compiler.dialect.type_compiler_instance.process(ARRAY(element.of))
    return f"{value} = ANY (CAST({values} AS {array}))"


@compiles(_Listed, "sqlite")
def _in_json(element: _Listed, compiler: SQLCompiler, **more: Any) -> str:
    value, values = (compiler.process(each, **more) for each in element.clauses)
    # Both are what SQLAlchemy wrote: a column and the sign of a parameter.
    return f"{value} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - see above


class _ListOf(TypeDecorator[Collection[Any]]):
    """Values of one type as text: an array's in PostgreSQL, JSON in SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        """Take the type of each value."""
        super().__init__()
        self.of = of

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> str:
        """Write the values as the database reads them."""
        if dialect.name == "postgresql":
            # Its driver would make an array, too, in five times the time.
            return "{" + ",".join(map(_in_array_text, value or ())) + "}"
        stored = self.of.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps([stored(each) if stored else each for each in value or ()])


def _in_array_text(value: Any) -> str:
    """Write one value; of texts, dates, numbers and the like only a text can hold odd signs."""
    if value is None:
        return "NULL"
    text = str(value)
    if isinstance(value, int):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
