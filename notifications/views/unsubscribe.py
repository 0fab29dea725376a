"""The link in e-mails that turns off e-mails of that kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import unsubscribing


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn off e-mails of one kind, without a session and without a CSRF token.

    Mail providers send the POST (RFC 8058). A GET only shows a page with a button, because mail
    scanners follow links.
    """
    found = unsubscribing.read_token(token)
    if found is None:
        return render(request, "notifications/unsubscribe.html", {"state": "broken"}, status=404)
    user, kind = found
    context = {"state": "ask", "kind": kind, "owner": user}
    if request.method == "POST":
        unsubscribing.unsubscribe(user, kind)
        context["state"] = "done"
    return render(request, "notifications/unsubscribe.html", context)
