"""Signed events of Stripe. https://docs.stripe.com/webhooks"""

import json
from dataclasses import dataclass

import stripe
from django.conf import settings
from stripe import WebhookSignature

TOLERANCE = 300  # seconds between the signature and its arrival


class InvalidEvent(Exception):
    """The signature is wrong or too old, or the body is not an event."""


@dataclass(frozen=True)
class Event:
    """An event, without the copy of the object that it contains: the object is read again."""

    id: str
    type: str
    object_id: str
    payment_intent: str  # to which the object belongs; "" if it names none
    is_live: bool  # of Stripe's live mode
    account: str  # the connected account in which it happened; "" for ours


def parse(body: bytes, signature: str) -> Event:
    """Verify an event's signature and return it. Raises InvalidEvent."""
    try:
        text = body.decode()
        WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
        event = json.loads(text)
        found = event["data"]["object"]
        return Event(
            id=str(event["id"]),
            type=str(event["type"]),
            object_id=str(found["id"]),
            payment_intent=str(found.get("payment_intent") or ""),
            is_live=bool(event["livemode"]),
            account=str(event.get("account") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidEvent("malformed") from error
    except stripe.SignatureVerificationError as error:
        raise InvalidEvent("signature") from error
