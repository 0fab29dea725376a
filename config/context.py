"""The context processor for values that all pages use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    return {"source_url": settings.SOURCE_URL}
