"""The client of Stripe's API, and its errors as two kinds: try again later, or refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from django.utils.module_loading import import_string
from stripe import StripeClient

API_VERSION = "2026-10-28.endive"  # change it only together with the contract tests
TIMEOUT = 10.0  # seconds for one attempt
RETRIES = 2  # of the library, with the same idempotency key
MISSING = "resource_missing"  # Stripe's code for an id that it does not know


class StripeUnavailable(Exception):
    """Stripe did not answer, could not process the request now, or does not accept our key. Retry
    later with the same idempotency key: the request may or may not have had its effect."""


class StripeRefused(Exception):
    """Stripe refused the request, which has no effect. `code` is Stripe's, or ""."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_configured() -> bool:
    """Return whether this site can sell tickets."""
    return bool(settings.STRIPE_SECRET_KEY)


def requests_client() -> stripe.HTTPClient:
    """The default of settings.STRIPE_HTTP_CLIENT."""
    return stripe.RequestsClient(timeout=TIMEOUT)


@cache
def client() -> StripeClient:
    addresses = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    return StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=API_VERSION,
        base_addresses=addresses,  # type: ignore[arg-type]
        http_client=import_string(settings.STRIPE_HTTP_CLIENT)(),
        max_network_retries=RETRIES,
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise StripeUnavailable or StripeRefused instead of the library's errors."""
    try:
        yield
    except stripe.InvalidRequestError as error:
        raise StripeRefused(error.code or "", str(error.user_message or error)) from error
    except stripe.CardError as error:
        raise StripeRefused(error.code or "", str(error.user_message or error)) from error
    except stripe.StripeError as error:
        raise StripeUnavailable(type(error).__name__) from error


def id_of(reference: Any) -> str:
    """Return the id of an object's field that refers to another object, which Stripe may have
    expanded; "" for None."""
    if reference is None:
        return ""
    return reference if isinstance(reference, str) else str(reference.id)
