"""Feedback on a Space that has ended."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.viewer import signed_in
from core import rates
from core.refusals import Refusal
from spaces.actions import feedback as feedback_of
from spaces.finding import find_not_cancelled_or_404
from spaces.forms import FeedbackForm
from spaces.room import read_access
from spaces.viewer import Viewer
from spaces.views.decorators import cleaned, done, refuse


@require_POST
@login_required
def feedback(request: HttpRequest, space_id: str) -> HttpResponse:
    """Save a person's feedback on an ended Space. Everyone who may read the room may give it."""
    user = signed_in(request)
    space = find_not_cancelled_or_404(space_id)
    try:
        if not space.is_ended:
            raise Refusal("not_over", "You can rate the Space once it’s over.")
        read_access.require_room(space, Viewer(user))
        rates.spend(rates.COMMANDS, "feedback", user.key)
        data: dict[str, Any] = cleaned(FeedbackForm(request.POST))
        feedback_of.give(space, user=user, mood=data["mood"], line=data["line"])
    except Refusal as refusal:
        return refuse(request, space, refusal)
    return done(request, space)
