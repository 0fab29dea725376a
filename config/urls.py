"""Every address of the site, composed from the apps."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from spaces.live.consumers import RoomConsumer

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("spaces/", include("spaces.urls")),
    path("", include("accounts.urls")),
    path("", include("timeline.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
websocket_urlpatterns = [path("ws/spaces/<str:space_id>/", RoomConsumer.as_asgi())]
