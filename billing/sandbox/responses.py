"""An answer of the sandbox, to an API call or to a browser."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def as_json(status: int, value: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Return an answer with a JSON body."""
    body = json.dumps(value, indent=2).encode()
    return Response(status, {"Content-Type": "application/json", **headers}, body)
