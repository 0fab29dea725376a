"""oEmbed (https://oembed.com): other sites request it to show a preview of a link to this site.

Its type is "link": our pages can't be framed (`frame-ancestors 'none'`), so nothing is embedded.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.previews import absolute
from timeline import previews

MAX_URL_LENGTH = 2048
NOT_IMPLEMENTED = 501  # what the specification requires for an unsupported format


@require_GET
def oembed(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only JSON.", status=NOT_IMPLEMENTED, content_type="text/plain")
    preview = previews.of_link(request.GET.get("url", "")[:MAX_URL_LENGTH])
    if preview is None:
        return JsonResponse({"error": "This site has no such page."}, status=404)
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
    max_width, max_height = _limit(request, "maxwidth"), _limit(request, "maxheight")
    if picture.width <= max_width and picture.height <= max_height:
        answer["thumbnail_url"] = picture.url
        answer["thumbnail_width"], answer["thumbnail_height"] = picture.width, picture.height
    response = JsonResponse(answer)
    response["Access-Control-Allow-Origin"] = "*"  # the same for everyone, and public
    response["Cache-Control"] = f"public, max-age={preview.cache_seconds}"
    return response


def _limit(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else 10_000
