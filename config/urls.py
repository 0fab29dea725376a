"""All URLs of the site, composed from the apps."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from django.views.static import serve

from config import service_worker
from spaces.directory.live_updates.consumer import PageConsumer
from spaces.room.consumer import RoomConsumer

moved_to_safety_app = RedirectView.as_view(url="/admin/safety/%(page)s", query_string=True)
# Pictures may be cached for long, because a new picture always gets a new name.
media = cache_control(public=True, max_age=30 * 24 * 3600)(serve)

handler400 = "config.errors.bad_request"
handler429 = "config.errors.too_fast"  # raised by allauth's rate limits
handler500 = "config.errors.server_error"
urlpatterns = [
    # Old URLs of staff pages, which bookmarks and old e-mails contain.
    re_path(r"^admin/accounts/(?P<page>(?:report|suspension|staffact)/.*)$", moved_to_safety_app),
    path("offline/", service_worker.offline_page, name="offline"),
    path("service-worker.js", service_worker.script, name="service_worker"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    # Before spaces.urls, where "spaces/schedule/" would match "spaces/<id>/".
    path("", include("scheduling.urls")),
    path("", include("captions.urls")),
    path("spaces/", include("spaces.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("safety.urls")),
    path("", include("timeline.urls")),
    path("", include("billing.urls")),
    # Re-encoded pictures. With deploy/nginx.conf, nginx serves them instead.
    re_path(r"^media/(?P<path>.+)$", media, {"document_root": settings.MEDIA_ROOT}),
]
if settings.DEMO:
    urlpatterns.insert(0, path("outbox/", include("config.outbox.views")))
websocket_urlpatterns = [
    path("ws/people/", PageConsumer.as_asgi()),
    path("ws/spaces/<str:space_id>/", RoomConsumer.as_asgi()),
    # Treat any other path as a missing Space; without a route, the response would be 500.
    re_path("", RoomConsumer.as_asgi(), {"space_id": ""}),
]
