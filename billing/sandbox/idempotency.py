"""Idempotency keys: a repeated call gets the first answer again (docs.stripe.com/api).

Once a call has begun to execute, its answer is stored, even an error. For a call that was refused
before it began (wrong parameters, too many calls), no answer is stored. Version 2 of the API stores
only successes: a call that failed is executed again.
"""

import hashlib
import json
from typing import Any

from billing.sandbox.errors import ApiError
from billing.sandbox.responses import Response
from billing.sandbox.state import State

KIND = "sandbox.idempotent"
KEPT = {1: 86_400, 2: 30 * 86_400}  # seconds, by version of the API
MAX_LENGTH = 255


def find(state: State, key: str, account: str, path: str, params: Any) -> Response | None:
    """Return the stored answer, or None. Raises an ApiError if the key belongs to another call."""
    if len(key) > MAX_LENGTH:
        raise _mistake(f"Idempotency keys must be at most {MAX_LENGTH} characters long.")
    row = state.store.get(KIND, _id(key, account))
    if row is None or row["created"] + KEPT[_version(path)] <= state.now():
        return None
    if row["path"] != path:
        raise _mistake(
            "Keys for idempotent requests can only be used for the same endpoint they were first"
            f" used for ('{path}' vs '{row['path']}'). Try using a key other than '{key}' if you"
            " meant to execute a different request."
        )
    if row["fingerprint"] != _fingerprint(params):
        raise _mistake(
            "Keys for idempotent requests can only be used with the same parameters they were first"
            f" used with. Try using a key other than '{key}' if you meant to execute a different"
            " request."
        )
    return Response(
        row["status"], {**row["headers"], "Idempotent-Replayed": "true"}, row["body"].encode()
    )


def keep(state: State, key: str, account: str, path: str, params: Any, response: Response) -> None:
    """Store the answer for the next call with this key."""
    if _version(path) == 2 and response.status >= 400:
        return
    state.put(
        {
            "id": _id(key, account),
            "object": KIND,
            "created": state.now(),
            "path": path,
            "fingerprint": _fingerprint(params),
            "status": response.status,
            "headers": response.headers,
            "body": response.body.decode(),
        }
    )


def _id(key: str, account: str) -> str:
    return f"idempotent:{account}:{key}"


def _version(path: str) -> int:
    return 2 if path.startswith("/v2/") else 1


def _fingerprint(params: Any) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def _mistake(message: str) -> ApiError:
    return ApiError(400, message, type="idempotency_error", is_validation=True)
