"""The pages of the outbox. config/urls.py includes them only in a demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from config.outbox import messages

BACKEND = "config.outbox.backend.Outbox"
SHOWN = 50  # e-mails in the list
# The HTML of an e-mail may neither load anything nor run scripts.
SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "found": messages.newest(SHOWN),
        "keeps_emails": settings.EMAIL_BACKEND == BACKEND,  # otherwise they are sent
    }
    return render(request, "outbox/index.html", context)


@require_GET
def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "outbox/message.html", {"message": _find(name)})


@require_GET
def html(request: HttpRequest, name: str) -> HttpResponse:
    """Return the HTML part as a mail program would show it."""
    found = _find(name).html
    if not found:
        raise Http404
    return HttpResponse(found, headers={"Content-Security-Policy": SANDBOX})


def _find(name: str) -> messages.Message:
    found = messages.find(name)
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("", index, name="outbox"),
    path("<slug:name>/", message, name="outbox_message"),
    path("<slug:name>/html/", html, name="outbox_html"),
]
