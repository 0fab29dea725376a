"""oEmbed (https://oembed.com): other sites request previews of links to this site.

The type of a preview is "link", because other sites can't embed our pages in a frame
(`frame-ancestors 'none'`).
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.previews import absolute
from timeline import previews

MAX_URL_LENGTH = 2048
NOT_IMPLEMENTED = 501  # required by the specification for an unsupported format


@require_GET
def oembed(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only JSON.", status=NOT_IMPLEMENTED, content_type="text/plain")
    preview = previews.of_link(request.GET.get("url", "")[:MAX_URL_LENGTH])
    if preview is None:
        return JsonResponse({"error": "This site has no such page."}, status=404)
    fields: dict[str, object] = {
        "version": "1.0",
        "type": "link",
        "title": preview.title,
        "provider_name": "Spaces",
        "provider_url": settings.BASE_URL,
        "cache_age": preview.cache_seconds,
    }
    if preview.author:
        fields["author_name"] = preview.author.name
        fields["author_url"] = absolute(preview.author.get_absolute_url())
    picture = preview.picture
    max_width, max_height = _limit(request, "maxwidth"), _limit(request, "maxheight")
    if picture.width <= max_width and picture.height <= max_height:
        fields["thumbnail_url"] = picture.url
        fields["thumbnail_width"], fields["thumbnail_height"] = picture.width, picture.height
    response = JsonResponse(fields)
    response["Access-Control-Allow-Origin"] = "*"  # the preview is public and the same for everyone
    response["Cache-Control"] = f"public, max-age={preview.cache_seconds}"
    return response


def _limit(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else 10_000
