"""Stripe's events. The signature is the authentication."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import events
from billing.actions.fulfilling import SessionMismatch
from billing.stripe import webhooks
from billing.stripe.client import StripeRefused, StripeUnavailable

log = structlog.get_logger(__name__)

MAX_BODY = 512 * 1024  # bytes; events are a few kilobytes


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Answer 2xx only after the event's effect is committed. Otherwise Stripe sends it again."""
    if len(request.body) > MAX_BODY:
        return HttpResponse(status=413)
    try:
        event = webhooks.parse(request.body, request.headers.get("Stripe-Signature", ""))
    except webhooks.InvalidEvent as error:
        log.warning("webhook_refused", reason=str(error))
        return HttpResponse(status=400)
    try:
        events.handle(event)
    except StripeUnavailable as error:
        log.warning("event_put_off", id=event.id, type=event.type, error=str(error))
        return HttpResponse(status=503)
    except (StripeRefused, SessionMismatch) as error:
        log.error("event_not_handled", id=event.id, type=event.type, error=str(error))
        return HttpResponse(status=422)
    return HttpResponse(status=204)
