"""Redirect suspended people to the page that explains why, until when, and how to appeal."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from core.refusals import Refusal
from core.responses import refusal_json, wants_json

GetResponse = Callable[[HttpRequest], HttpResponse]


class Suspended:
    """Redirect suspended people. It makes no query (see `User.suspended_until`).

    It must come after AuthenticationMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not (isinstance(user, User) and user.is_suspended) or _is_allowed(request.path):
            return self.get_response(request)
        if wants_json(request):
            return refusal_json(Refusal("suspended", "Your account is suspended.", status=403))
        if request.headers.get("hx-request"):  # htmx must load the whole page, not a fragment
            return HttpResponse(headers={"HX-Redirect": reverse("safety:suspended")})
        return redirect("safety:suspended")


# Suspended people may still download a copy of their data and delete their account.
ALLOWED = (
    "safety:suspended",
    "account_logout",
    "accounts:data",
    "accounts:request_export",
    "accounts:download_export",
    "accounts:delete",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)


def _is_allowed(path: str) -> bool:
    allowed = {reverse(name) for name in ALLOWED}
    return path in allowed or path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
