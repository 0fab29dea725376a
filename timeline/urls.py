from django.urls import path, register_converter
from django.urls.converters import StringConverter

from spaces import addresses
from timeline.views import oembed, pages, pins, posting


class Handle(StringConverter):
    """A handle in a URL. The pattern excludes NUL, for which PostgreSQL raises an error."""

    regex = "[A-Za-z0-9_]{1,15}"


register_converter(Handle, "handle")
addresses.register()

app_name = "timeline"
urlpatterns = [
    path("", pages.home, name="home"),
    path("oembed/", oembed.oembed, name="oembed"),
    path("compose/", posting.compose, name="compose"),
    path("@<handle:handle>/posts/", pages.posts_of, name="posts_of"),
    path("@<handle:handle>/posts/<int:post_id>/", pages.post, name="post"),
    path("spaces/<space:space_id>/pins/", pins.pin, name="pin"),
    path("spaces/<space:space_id>/pins/<int:post_id>/unpin/", pins.unpin, name="unpin"),
    path("posts/<int:post_id>/delete/", posting.delete, name="delete"),
    path("posts/<int:post_id>/preparing/", posting.preparing, name="preparing"),
    path("posts/<int:post_id>/publish/", posting.publish, name="publish"),
    path("posts/<int:post_id>/like/", posting.like, name="like"),
    path("posts/<int:post_id>/unlike/", posting.unlike, name="unlike"),
]
