"""What may stand in the address of a Space; everything else is a 404 before a view sees it."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class SpaceId(StringConverter):
    """Space.public_id. No NUL, above all: PostgreSQL fails on one."""

    regex = "[A-Za-z0-9]{1,10}"


class PersonKey(StringConverter):
    """Viewer.key: "u12" of a user, "g<token>" of a guest."""

    regex = "u[0-9]{1,18}|g[A-Za-z0-9_-]{1,39}"


def register() -> None:
    register_converter(SpaceId, "space")
    register_converter(PersonKey, "person")
