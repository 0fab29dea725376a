"""Send e-mails again to addresses that a mail server refused."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.viewer import signed_in
from core import rates, responses
from core.refusals import Refusal
from notifications import addresses

TRYING = "3/day"


@require_POST
@login_required
def restore(request: HttpRequest) -> HttpResponse:
    """Use the person's addresses again, because they say that these exist. If a mail server refuses
    one again, it is dropped again."""
    user = signed_in(request)
    try:
        rates.spend(TRYING, "restore-address", user.key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to="notifications:preferences")
    if addresses.restore_all(user):
        messages.success(request, _("The next e-mail will be sent to your address again."))
    return redirect("notifications:preferences")
