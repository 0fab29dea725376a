"""Queries whose SQL is composed once per process, and then only executed.

Django composes the SQL of a queryset each time. This takes 1 to 4 ms of processor time, ten times
as long as SQLite or PostgreSQL need to answer. Pages and sockets that many people open at the same
time use this module for their queries, and so do tasks that run every few seconds; everything else
uses querysets.

    @prepared
    def _blocks_of(reader: int) -> QuerySet[Block]:
        return Block.objects.filter(blocker=reader)

    _blocks_of(user.pk)  # a list of blocks

The positional arguments are the values of the query: integers, strings, times, and lists of
integers or strings, which must not be empty. Keyword-only arguments choose between variants of the
query, and so do arguments that may be None; each variant is composed once. The function is called
with stand-ins for the values, so it must use them only in filters and annotations (a list only in
`__in`), and it must not read the database. `CurrentTime()` is the time of each call.
"""

import copy
import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from inspect import Parameter, signature
from itertools import islice
from types import NoneType, UnionType
from typing import Any, Generic, ParamSpec, TypeVar, cast, get_args

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DateTimeField, Expression, QuerySet, prefetch_related_objects
from django.utils import timezone

Values = ParamSpec("Values")
Row = TypeVar("Row")

Value = int | str | datetime
_ELEMENTS: dict[Any, Any] = {list[int]: int, list[str]: str}


# While a query is composed: the stand-in for the current time.
_composing: ContextVar[datetime | None] = ContextVar("composing", default=None)


class CurrentTime(Expression):
    """The time at which a query is executed, by the clock of this process (unlike `Now()`)."""

    output_field = DateTimeField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_adapt(_composing.get() or timezone.now(), connection),)


class NotPreparable(Exception):
    """The SQL would not be the same for all values, or would contain a value of its first call."""


@dataclass(frozen=True)
class _Composed:
    """The SQL of a variant. `positions` has the index of an argument for each parameter that is a
    value, and None for each that is the same in every call. The current time follows the
    arguments."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    parameters: list[Any]
    positions: list[int | None]
    converters: dict[int, Any]  # what turns a column's values of the database into Python's

    def rows(self, values: list[Value]) -> list[Any]:
        """Execute the query. `values` are the arguments, with the elements of each list in its
        place."""
        connection = connections[DEFAULT_DB_ALIAS]
        adapted = [_adapt(value, connection) for value in (*values, timezone.now())]
        parameters = tuple(
            constant if position is None else adapted[position]
            for constant, position in zip(self.parameters, self.positions, strict=True)
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **options: (self.sql, parameters)
        # All columns are selected in each call, so the converters are always the same.
        compiler.get_converters = lambda expressions: self.converters
        iterable: Any = self.queryset._iterable_class(cast(Any, _Source(compiler)))
        found: list[Any] = list(iterable)
        lookups = self.queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        if found and lookups:
            prefetch_related_objects(found, *lookups)
        return found


class _Source:
    """Stands in for a queryset and for its query: it has what Django's iterables read from both."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self.query = self
        self._compiler = compiler

    def get_compiler(self, *args: Any, **options: Any) -> Any:
        return self._compiler


class Prepared(Generic[Values, Row]):
    """A query that `prepared` has made from a function; calling it returns the rows as a list."""

    def __init__(self, build: Callable[Values, QuerySet[Any, Row]]) -> None:
        functools.update_wrapper(self, build)
        self.__qualname__: str = build.__qualname__
        self._build = build
        kinds = signature(build).parameters.values()
        self._types = [
            _type_of(each.annotation) for each in kinds if each.kind != Parameter.KEYWORD_ONLY
        ]
        self._composed: dict[Any, _Composed] = {}

    def __call__(self, *args: Values.args, **variant: Values.kwargs) -> list[Row]:
        values: list[Value] = []
        lengths: list[int] = []  # how many values each argument has
        for value in args:
            if isinstance(value, list):
                lengths.append(_padded_length(len(value)))
                values += value + value[-1:] * (lengths[-1] - len(value))
            elif value is None:
                lengths.append(0)
            else:
                lengths.append(1)
                values.append(value)  # type: ignore[arg-type]
        key = (connections[DEFAULT_DB_ALIAS].vendor, *lengths, *sorted(variant.items()))
        composed = self._composed.get(key)
        if composed is None:
            composed = self._composed[key] = self._compose(lengths, variant)
        return composed.rows(values)

    def _compose(self, lengths: list[int], variant: Any) -> _Composed:
        """Compose the SQL twice, with different stand-ins. The parameters that differ are values;
        anything else that differs would be wrong in later calls."""
        connection = connections[DEFAULT_DB_ALIAS]
        kinds = [
            _ELEMENTS.get(kind, kind)
            for kind, length in zip(self._types, lengths, strict=True)
            for _ in range(length)
        ]
        first, second = (
            [_stand_in(kind, number, attempt) for number, kind in enumerate([*kinds, datetime])]
            for attempt in range(2)
        )
        composed = self._composed_with(first, lengths, variant)
        other = self._composed_with(second, lengths, variant)
        if composed.sql != other.sql:
            raise NotPreparable(f"{self.__qualname__}: the SQL depends on a value")
        places = [
            (_adapt(one, connection), _adapt(another, connection))
            for one, another in zip(first, second, strict=True)
        ]
        for pair in zip(composed.parameters, other.parameters, strict=True):
            if pair[0] != pair[1] and pair not in places:
                raise NotPreparable(f"{self.__qualname__}: {pair[0]!r} changes by itself")
            composed.positions.append(places.index(pair) if pair in places else None)
        if unused := set(range(len(kinds))) - set(composed.positions):
            raise NotPreparable(
                f"{self.__qualname__}: the values {unused} are not used as they are"
            )
        return composed

    def _composed_with(self, stand_ins: list[Value], lengths: list[int], variant: Any) -> _Composed:
        remaining = iter(stand_ins)
        arguments: list[Any] = []
        for kind, length in zip(self._types, lengths, strict=True):
            values = list(islice(remaining, length))
            arguments.append(values if kind in _ELEMENTS else values[0] if values else None)
        (now,) = remaining
        token = _composing.set(cast(datetime, now))
        try:
            queryset = self._build(*arguments, **variant)
            compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, parameters = compiler.as_sql()
        finally:
            _composing.reset(token)
        selected = [expression for expression, *_ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(selected)
        return _Composed(queryset, compiler, sql, list(parameters), [], converters)


def prepared(build: Callable[Values, QuerySet[Any, Row]]) -> Prepared[Values, Row]:
    """Turn a function that returns a queryset into a query whose SQL is composed once."""
    return Prepared(build)


def _type_of(annotation: Any) -> Any:
    """Return T of `T | None`, and other types as they are."""
    types = [each for each in get_args(annotation) if each is not NoneType]
    return types[0] if isinstance(annotation, UnionType) and len(types) == 1 else annotation


def _padded_length(length: int) -> int:
    """Return the next power of two, so that there are few variants for lists of any length."""
    if not length:
        raise ValueError("A list of values must not be empty.")
    return 1 << (length - 1).bit_length()


def _stand_in(kind: Any, number: int, attempt: int) -> Value:
    """Return a value that is unlikely to be in a query, and different for each number and
    attempt."""
    unusual = 4_611_686_018_000_000_000 + 1_000 * number + attempt
    if kind is int:
        return unusual
    if kind is str:
        return f"stand-in {unusual} %_\\"  # lookups such as `iexact` escape these characters
    if kind is datetime:
        return datetime(1901, 1, 1, tzinfo=UTC) + timedelta(days=number, microseconds=1 + attempt)
    raise NotPreparable(f"{kind} is not a type of values")


def _adapt(value: Value, connection: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
