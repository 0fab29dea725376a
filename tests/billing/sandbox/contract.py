"""Compare the sandbox's answers and parameters with the types of the stripe library."""

import builtins
import inspect
import sys
import typing
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from types import UnionType
from typing import Any

import stripe
from stripe._stripe_object import UntypedStripeObject

from billing.sandbox.parameters import Field, Items, Shape

LISTS = {"ListObject", "SearchResultObject"}


def differences(value: Any, kind: Any, path: str = "") -> Iterator[str]:
    """Yield, in words, how a JSON object differs from a resource class of the library."""
    fields = _fields(kind)
    for name in value:
        if name not in fields:
            yield f"{path}{name} is unknown to {kind.__qualname__}"
    for name, annotation in fields.items():
        if name in value:
            yield from _value(value[name], annotation, kind, f"{path}{name}")
        elif not _is_optional(annotation):
            yield f"{path}{name} is missing"


def _fields(kind: type) -> dict[str, Any]:
    """Return the annotated fields of a class that an API answer may have."""
    found: dict[str, Any] = {}
    for each in kind.__mro__:
        if each.__module__.startswith("stripe") and each is not stripe.StripeObject:
            for name, annotation in inspect.get_annotations(each).items():
                if typing.get_origin(annotation) is not typing.ClassVar and name[0] != "_":
                    found.setdefault(name, annotation)
    return found


def _value(value: Any, annotation: Any, owner: type, path: str) -> Iterator[str]:
    annotation = _resolve(annotation, owner.__module__)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, UnionType):
        problems = [list(_value(value, each, owner, path)) for each in arguments]
        if all(problems):
            yield from min(problems, key=len)
    elif origin is typing.Literal:
        if value not in arguments:
            yield f"{path} is {value!r}, not one of {arguments}"
    elif annotation is type(None):
        if value is not None:
            yield f"{path} is not null"
    elif origin is list or annotation is list:
        if not isinstance(value, list):
            yield f"{path} is not a list"
            return
        for index, item in enumerate(value):
            yield from _value(item, arguments[0], owner, f"{path}[{index}]")
    elif origin is not None and origin.__name__ in LISTS:
        if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
            yield f"{path} is not a list object"
            return
        for index, item in enumerate(value["data"]):
            yield from _value(item, arguments[0], owner, f"{path}.data[{index}]")
    elif annotation is Any or (origin or annotation) is UntypedStripeObject:
        return
    elif isinstance(annotation, type) and issubclass(annotation, stripe.StripeObject):
        if isinstance(value, dict):
            yield from differences(value, annotation, f"{path}.")
        else:
            yield f"{path} is not an object"
    elif annotation is Decimal:
        if not isinstance(value, str):
            yield f"{path} is not a decimal number in a string"
    elif isinstance(annotation, type):
        if not isinstance(value, annotation) or (
            isinstance(value, bool) and annotation is not bool
        ):
            yield f"{path} is {value!r}, not of type {annotation.__name__}"
    else:
        raise TypeError(f"{path} has a type that this test does not know: {annotation!r}")


def _is_optional(annotation: Any) -> bool:
    return type(None) in typing.get_args(annotation)


def _resolve(annotation: Any, module: str) -> Any:
    """Return the type that a quoted annotation names."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        return eval(annotation, {}, Names(module))  # noqa: S307 - written in the library
    return annotation


class Unknown:
    """Stands for a class that this test does not find; no object of the sandbox has this type."""


class Names(dict[str, Any]):
    """The objects that names in a module refer to, including what only type checkers import."""

    def __init__(self, module: str) -> None:
        super().__init__(vars(sys.modules[module]))

    def __missing__(self, name: str) -> Any:
        if name == "UntypedStripeObject":
            return UntypedStripeObject
        if name.endswith("Resource"):  # an alias, where a nested class has the same name
            name = name.removesuffix("Resource")
        for module in (typing, builtins, stripe):
            with suppress(AttributeError):
                return getattr(module, name)
        return Unknown


def unknown_parameters(shape: Shape, params: Any, path: str = "") -> Iterator[str]:
    """Yield the parameters of a description that the library's TypedDict does not have."""
    annotations = params.__annotations__
    for name, field in shape.fields.items():
        if name not in annotations:
            yield f"{path}{name}"
        elif inner := _inner(field):
            for kind in _typed_dicts(annotations[name], params.__module__):
                yield from unknown_parameters(inner, kind, f"{path}{name}.")


def _inner(field: Field) -> Shape | None:
    if isinstance(field, Items):
        return _inner(field.of)
    return field if isinstance(field, Shape) else None


def _typed_dicts(annotation: Any, module: str) -> Iterator[Any]:
    annotation = _resolve(annotation, module)
    if typing.is_typeddict(annotation):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _typed_dicts(argument, module)
