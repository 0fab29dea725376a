"""JSON functions of databases that Django does not provide."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, JSONField, TextField, Value
from django.db.models.expressions import Combinable


class Replaced(Func):
    """The JSON object in `field` with these values replaced. Keys that are missing in the object
    are not added."""

    output_field = JSONField()

    def __init__(self, field: str, values: Mapping[str, Any]) -> None:
        self._values = values
        super().__init__(F(field))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return json_replace(field, '$.key', json(value), …)."""
        arguments: list[Combinable] = [*self.source_expressions]
        for key, value in self._values.items():
            arguments += [Value(f"$.{key}"), Func(_text(value), function="json")]
        replaced = Func(*arguments, function="json_replace", output_field=JSONField())
        return replaced.as_sql(compiler, connection, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return jsonb_set(jsonb_set(field, '{key}', value, false), …)."""
        replaced: Any = self.source_expressions[0]
        for key, value in self._values.items():
            path = Func(Value(f"{{{key}}}"), template="%(expressions)s::text[]")
            new = Func(_text(value), template="%(expressions)s::jsonb")
            replaced = Func(
                replaced,
                path,
                new,
                template="jsonb_set(%(expressions)s, false)",
                output_field=JSONField(),
            )
        return compiler.compile(replaced)


def _text(value: Any) -> Value:
    return Value(json.dumps(value), output_field=TextField())
