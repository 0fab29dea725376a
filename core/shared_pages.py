"""Pages that are the same for all strangers, which a proxy may keep for a moment.

When a link to a Space is shared with a hundred thousand people, most of them are strangers, and a
proxy in front of the site (deploy/nginx.conf) can show them one rendering. Browsers never keep a
page (config/caches.py).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEPT = 2  # seconds

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def shared_with_strangers(view: View[Arguments]) -> View[Arguments]:
    """Let a proxy keep the page if its reader has no session and the page contains no secret of the
    reader, neither a CSRF token in a form nor a new cookie. The view must not use anything else
    that is different for each stranger, such as their network."""

    @wraps(view)
    def shared(
        request: HttpRequest, /, *args: Arguments.args, **kw: Arguments.kwargs
    ) -> HttpResponse:
        response = view(request, *args, **kw)
        if request.method == "GET" and response.status_code == 200 and _is_the_same(request):
            response["X-Accel-Expires"] = str(KEPT)
        return response

    return shared


def _is_the_same(request: HttpRequest) -> bool:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
    return not has_session and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
