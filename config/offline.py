"""The page that a browser shows without a network, and the service worker that keeps it."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

WORKER = "js/offline/service-worker.js"
# What the page loads. It is kept with the page; no other page or file is kept.
FILES = ["css/app.css", "js/theme.js", "js/offline/retry.js", "img/mark.svg"]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show that there is no connection. The page is the same for everyone."""
    return render(request, "offline.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the script of the service worker, under the root so that it may serve any page.

    It names the hashed files, so a browser sees a new script when one of them changes.
    """
    kept = {"page": reverse("offline"), "files": [static(name) for name in FILES]}
    script = f"self.kept = {json.dumps(kept)};\nimportScripts({json.dumps(static(WORKER))});\n"
    return HttpResponse(script, content_type="text/javascript")
