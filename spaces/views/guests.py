"""Joining a Space without an account."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from core import rates
from core.addresses import network_of
from core.refusals import Refusal
from core.responses import wants_json
from spaces.actions import guests
from spaces.models import Space
from spaces.views.decorators import refuse

JOINS = "120/10 minutes"  # of guests, per network; a whole school may share one


@require_POST
def guest(request: HttpRequest, space_id: str) -> HttpResponse:
    """Join the Space as this browser's guest. The response to a script is `{"me": person}`."""
    space = get_object_or_404(Space.objects.visible_to(request.user), public_id=space_id)
    if request.user.is_authenticated:
        return redirect(space)
    try:
        network = network_of(request)
        rates.spend(JOINS, "guest", network)
        viewer = guests.join(space, request.session, network=network)
    except Refusal as refusal:
        return refuse(request, space, refusal)
    if wants_json(request):
        return JsonResponse({"me": guests.person_of(viewer.key)})
    return redirect(space)
