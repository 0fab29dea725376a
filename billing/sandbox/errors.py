"""Errors in the format of Stripe's API."""

from typing import Any


class ApiError(Exception):
    """An error that a caller gets as JSON.

    `is_validation`: the call was refused before it was executed, so this answer is not stored under
    its idempotency key.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        type: str = "invalid_request_error",
        is_validation: bool = False,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_validation = is_validation
        self.error = {"type": type, "message": message, **details}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"


def invalid(message: str, param: str = "", code: str = "") -> ApiError:
    """Return the error for parameters that are refused before the call is executed."""
    details = {"param": param} if param else {}
    return ApiError(400, message, code=code, is_validation=True, **details)


def refused(message: str, *, code: str = "", **details: Any) -> ApiError:
    """Return the error for a call that the current state does not allow."""
    return ApiError(400, message, code=code, **details)


def missing(kind: str, id: str, param: str = "id") -> ApiError:
    """Return the error for an object that does not exist."""
    name = kind.split(".")[-1]
    return ApiError(404, f"No such {name}: '{id}'", code="resource_missing", param=param)
