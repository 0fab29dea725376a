"""Views for blocking and unblocking a person, and the list of blocked people."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import blocking
from accounts.models import User
from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal

RATE = "30/minute"


@require_http_methods(["GET", "POST"])
@login_required
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Block a person. A GET request shows what blocking does and asks for confirmation."""
    person = get_object_or_404(User.objects.active().with_handle(handle))
    user = signed_in(request)
    if person == user:
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "accounts/block.html", {"person": person})
    try:
        rates.spend(RATE, "block", user.key)
        blocking.block(blocker=user, blocked=person)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=person)
    return responses.done(request, to=person, message=_("You blocked @%s.") % person.handle)


@require_POST
@login_required
def unblock(request: HttpRequest, handle: str) -> HttpResponse:
    """Unblock a person, even if their account was closed. Return to the profile, or to the list of
    blocked people if the request came from there."""
    person = get_object_or_404(User.objects.with_handle(handle))
    blocking.unblock(blocker=signed_in(request), blocked=person)
    to = "accounts:blocked" if "listed" in request.POST else person
    return responses.done(request, to=to, message=_("You unblocked @%s.") % person.handle)


@require_GET
@login_required
def blocked(request: HttpRequest) -> HttpResponse:
    blocks = blocking.blocks_by(signed_in(request))
    return render(request, "accounts/blocked.html", {"blocks": blocks})
