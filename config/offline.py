"""The page that a browser shows without a connection, and the service worker that stores it."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

WORKER = "js/offline/service-worker.js"
# The files that the page loads. The service worker stores the page and these files, nothing else.
FILES = ["css/app.css", "js/theme.js", "js/offline/retry.js", "img/mark.svg"]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show that there is no connection. This page is the same for everyone."""
    return render(request, "offline.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker. Its URL is in the root folder, so it may handle all pages.

    The script contains the hashed file names, so it changes when one of the files changes, and
    browsers update it.
    """
    kept = {"page": reverse("offline"), "files": [static(name) for name in FILES]}
    script = f"self.kept = {json.dumps(kept)};\nimportScripts({json.dumps(static(WORKER))});\n"
    return HttpResponse(script, content_type="text/javascript")
