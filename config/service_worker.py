"""The service worker: it shows push messages, and the offline page if there is no connection."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

SCRIPTS = ["js/worker/offline.js", "js/worker/push.js"]
# The files that the offline page loads. The worker stores the page and these files, nothing else.
FILES = ["css/app.css", "js/theme.js", "js/worker/retry.js", "img/mark.svg"]


@require_GET
def offline_page(request: HttpRequest) -> HttpResponse:
    """Show that there is no connection. This page is the same for everyone."""
    return render(request, "offline.html")


@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """Return the service worker. Its URL is in the root folder, so it may handle all pages.

    The script contains the hashed file names, so it changes when one of the files changes, and
    browsers update it.
    """
    kept = {"page": reverse("offline"), "files": [static(name) for name in FILES]}
    site = {
        "icon": static("img/icon-192.png"),
        "badge": static("img/badge-96.png"),
        "key": reverse("notifications:push_key"),
        "subscribe": reverse("notifications:push_subscribe"),
    }
    scripts = json.dumps([static(name) for name in SCRIPTS])[1:-1]
    lines = (
        f"self.kept = {json.dumps(kept)};",
        f"self.site = {json.dumps(site)};",
        f"importScripts({scripts});",
    )
    return HttpResponse("\n".join((*lines, "")), content_type="text/javascript")
