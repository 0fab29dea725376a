"""The forms of people without a ticket: join the waiting list, and start the free preview."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.viewer import signed_in
from billing.actions import previewing, waiting
from billing.models import Offer
from core import rates, responses
from core.refusals import Refusal
from spaces.models import Space

WAITING = "12/minute"


@require_POST
@login_required
def wait(request: HttpRequest, space_id: str) -> HttpResponse:
    """Join the waiting list, or leave it if the form contains `leave`."""
    person = signed_in(request)
    offer = _offer_for(person, space_id)
    try:
        rates.spend(WAITING, "wait", person.key)
        if "leave" in request.POST:
            waiting.leave(offer, person)
        else:
            waiting.join(offer, person)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=reverse("billing:buy", args=[space_id]))
    return redirect("billing:buy", space_id)


@require_POST
@login_required
def preview(request: HttpRequest, space_id: str) -> HttpResponse:
    """Start the free preview, and go to the room."""
    person = signed_in(request)
    offer = _offer_for(person, space_id)
    try:
        rates.spend(WAITING, "preview", person.key)
        previewing.start(offer.space, person)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=reverse("billing:buy", args=[space_id]))
    return redirect(offer.space)


def _offer_for(person: User, space_id: str) -> Offer:
    shown = Space.objects.with_host_visible_to(person)
    space = get_object_or_404(shown, public_id=space_id)
    return get_object_or_404(Offer.objects.select_related("space__host"), space=space)
