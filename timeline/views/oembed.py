"""oEmbed (https://oembed.com): what other sites ask to show a link to us as more than a link.

Of type "link": our pages are framed nowhere (`frame-ancestors 'none'`), so nothing can be embedded.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.previews import absolute
from timeline import previews

MOST = 2048  # characters of an address
NOT_IMPLEMENTED = 501  # the status that the specification wants for a format that we lack


@require_GET
def oembed(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only JSON.", status=NOT_IMPLEMENTED, content_type="text/plain")
    preview = previews.of_link(request.GET.get("url", "")[:MOST])
    if preview is None:
        return JsonResponse({"error": "Nothing of ours stands at this address."}, status=404)
    answer: dict[str, object] = {
        "version": "1.0",
        "type": "link",
        "title": preview.title,
        "provider_name": "Spaces",
        "provider_url": settings.BASE_URL,
        "cache_age": preview.cache_seconds,
    }
    if preview.author:
        answer["author_name"] = preview.author.name
        answer["author_url"] = absolute(preview.author.get_absolute_url())
    picture = preview.picture
    if picture.width <= most(request, "maxwidth") and picture.height <= most(request, "maxheight"):
        answer["thumbnail_url"] = picture.url
        answer["thumbnail_width"], answer["thumbnail_height"] = picture.width, picture.height
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"  # the same for everyone, and public
    response["Cache-Control"] = f"public, max-age={preview.cache_seconds}"
    return response


def most(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else 10_000
