"""What the addresses of Spaces may contain; anything else is a 404 before a view is called."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class SpaceId(StringConverter):
    """Space.public_id; above all without NUL, on which PostgreSQL fails."""

    regex = "[A-Za-z0-9]{1,10}"


class PersonKey(StringConverter):
    """Viewer.key: "u12" for a user, "g<token>" for a guest."""

    regex = "u[0-9]{1,18}|g[A-Za-z0-9_-]{1,39}"


def register() -> None:
    register_converter(SpaceId, "space")
    register_converter(PersonKey, "person")
