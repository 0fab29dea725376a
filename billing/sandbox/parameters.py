"""The parameters of API calls: decoding forms, and checking them against a description."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from billing.sandbox.errors import invalid

MAX_FIELDS = 1000
MAX_DEPTH = 8


def decode_form(body: str) -> dict[str, Any]:
    """Return `a[b][0][c]=d` as `{"a": {"b": {"0": {"c": "d"}}}}`.

    A list is a dictionary with numbers as keys, until a description says that it is a list.
    """
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise invalid("Too many parameters.") from error
    root: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+|\[\]", name)
        if not path or len(path) > MAX_DEPTH:
            raise invalid(f"Invalid parameter name: {name[:100]}")
        place = root
        for key in path[:-1]:
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid parameter: {name[:100]}", name[:100])
        place[str(len(place)) if path[-1] == "[]" else path[-1]] = value
    return root


class Field(Protocol):
    """The description of a value: `parse` returns it with its type, or raises an ApiError."""

    def parse(self, name: str, raw: Any) -> Any: ...


@dataclass(frozen=True)
class Text:
    max_length: int = 5000

    def parse(self, name: str, raw: Any) -> str:
        if not isinstance(raw, str) or not _is_unicode(raw):
            raise invalid("Invalid string", name)
        if not raw:
            raise invalid(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to"
                f" unset a parameter; however '{name}' cannot be unset.",
                name,
                "parameter_invalid_empty",
            )
        if len(raw) > self.max_length:
            raise invalid(f"Invalid string: must be at most {self.max_length} characters", name)
        return raw


@dataclass(frozen=True)
class Url:
    def parse(self, name: str, raw: Any) -> str:
        text = Text().parse(name, raw)
        if not re.match(r"https?://[^\s/]", text):
            raise invalid("Not a valid URL", name, "url_invalid")
        return text


@dataclass(frozen=True)
class Integer:
    minimum: int = 0

    def parse(self, name: str, raw: Any) -> int:
        is_integer = isinstance(raw, int) and not isinstance(raw, bool)
        if not (is_integer or (isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,18}", raw))):
            raise invalid(f"Invalid integer: {raw!s:.100}", name, "parameter_invalid_integer")
        if (value := int(raw)) < self.minimum:
            raise invalid(
                f"This value must be greater than or equal to {self.minimum}.",
                name,
                "parameter_invalid_integer",
            )
        return value


@dataclass(frozen=True)
class Boolean:
    def parse(self, name: str, raw: Any) -> bool:
        if raw in (True, "true"):
            return True
        if raw in (False, "false"):
            return False
        raise invalid(f"Invalid boolean: {raw!s:.100}", name)


@dataclass(frozen=True)
class Choice:
    values: tuple[str, ...]

    def parse(self, name: str, raw: Any) -> str:
        if raw not in self.values:
            *first, last = self.values
            allowed = f"{', '.join(first)}, or {last}" if first else last
            raise invalid(f"Invalid {name}: must be one of {allowed}", name)
        return str(raw)


@dataclass(frozen=True)
class Metadata:
    """At most 50 texts by name."""

    def parse(self, name: str, raw: Any) -> dict[str, str]:
        if raw == "":
            return {}
        if not isinstance(raw, dict) or len(raw) > 50:
            raise invalid("Metadata must be a hash with at most 50 keys.", name)
        for key, value in raw.items():
            if len(key) > 40:
                raise invalid(f"Metadata keys must be at most 40 characters: {key[:50]}", name)
            if not isinstance(value, str) or len(value) > 500:
                raise invalid("Metadata values must be at most 500 characters.", f"{name}[{key}]")
        return dict(raw)


@dataclass(frozen=True)
class Shape:
    """Named fields. Other names are refused."""

    fields: Mapping[str, Field]
    required: tuple[str, ...] = ()

    def parse(self, name: str, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise invalid("Invalid object", name)
        for key in raw:
            if key not in self.fields:
                full = _join(name, key)
                raise invalid(
                    f"Received unknown parameter: {full[:100]}", full[:100], "parameter_unknown"
                )
        for key in self.required:
            if key not in raw:
                full = _join(name, key)
                raise invalid(f"Missing required param: {full}.", full, "parameter_missing")
        return {key: self.fields[key].parse(_join(name, key), raw[key]) for key in raw}


@dataclass(frozen=True)
class Items:
    """A list."""

    of: Field
    maximum: int = 100

    def parse(self, name: str, raw: Any) -> list[Any]:
        if isinstance(raw, dict):
            if not all(re.fullmatch(r"[0-9]{1,6}", key) for key in raw):
                raise invalid("Invalid array", name)
            raw = [raw[key] for key in sorted(raw, key=int)]
        if not isinstance(raw, list):
            raise invalid("Invalid array", name)
        if len(raw) > self.maximum:
            raise invalid(f"Array must have at most {self.maximum} items", name)
        return [self.of.parse(f"{name}[{index}]", item) for index, item in enumerate(raw)]


@dataclass(frozen=True)
class Range:
    """A moment, or `{"gte": …, "lt": …}`; both are returned as a dictionary."""

    bounds: Shape = field(
        default_factory=lambda: Shape({key: Integer() for key in ("gt", "gte", "lt", "lte")})
    )

    def parse(self, name: str, raw: Any) -> dict[str, int]:
        if isinstance(raw, dict):
            return self.bounds.parse(name, raw)
        moment = Integer().parse(name, raw)
        return {"gte": moment, "lte": moment}


EXPAND = Items(Text(), maximum=20)
PAGE: Mapping[str, Field] = {
    "limit": Integer(minimum=1),
    "starting_after": Text(),
    "ending_before": Text(),
    "expand": EXPAND,
}


def _join(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


def _is_unicode(text: str) -> bool:
    """Return False for half of a surrogate pair, which JSON can contain."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
