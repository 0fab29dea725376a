"""The files of HLS streams, for players, and the check that nginx makes before it serves them."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from spaces.room import hls

KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "audio/mp4", ".m4s": "audio/mp4"}
# Other sites may play what everyone may hear, and a CDN may keep it.
PLAYLIST_CACHING = "public, max-age=1"
SEGMENT_CACHING = "public, max-age=3600, immutable"


@require_safe
def stream(request: HttpRequest, token: str, space_id: str, name: str) -> HttpResponse:
    """Return a file of a stream. With deploy/nginx.conf, nginx serves it after `access`."""
    refused = _refusal(token, space_id)
    if refused is not None:
        return refused
    path = settings.HLS_FOLDER / space_id / name
    try:
        data = path.read_bytes()
    except OSError:
        raise Http404 from None
    response = HttpResponse(data, content_type=KINDS[path.suffix])
    if token == hls.OPEN:
        is_playlist = path.suffix == ".m3u8"
        response["Cache-Control"] = PLAYLIST_CACHING if is_playlist else SEGMENT_CACHING
        response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def access(request: HttpRequest, token: str, space_id: str) -> HttpResponse:
    """Answer 204 if the files of this stream may be fetched with this token, 403 if not."""
    return _refusal(token, space_id) or HttpResponse(status=204)


def _refusal(token: str, space_id: str) -> HttpResponse | None:
    try:
        return None if hls.may_fetch(token, space_id) else HttpResponse(status=403)
    except hls.Unavailable:
        return HttpResponse(status=503, headers={"Retry-After": "1"})
