"""A suspended person meets one page, which says why, until when, and how to appeal."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from core.responses import wants_json

Answer = Callable[[HttpRequest], HttpResponse]


class Suspended:
    """Behind AuthenticationMiddleware; costs no query (see User.suspended_until)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not (isinstance(user, User) and user.is_suspended) or _is_open(request.path):
            return self.get_response(request)
        if wants_json(request):
            answer = {"code": "suspended", "message": "Your account is suspended."}
            return JsonResponse(answer, status=403)
        if request.headers.get("hx-request"):  # the whole page, with what stands around it
            return HttpResponse(headers={"HX-Redirect": reverse("safety:suspended")})
        return redirect("safety:suspended")


# Their data stays theirs: they may take a copy, and delete the account.
OPEN = (
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


def _is_open(path: str) -> bool:
    doors = {reverse(name) for name in OPEN}
    return path in doors or path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
