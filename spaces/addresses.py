"""Converters for the parameters in URLs of Spaces. A value that does not match is a 404."""

from django.urls import register_converter
from django.urls.converters import StringConverter, get_converters


class SpaceId(StringConverter):
    """`Space.public_id`. It must not contain NUL, because PostgreSQL raises an error for it."""

    regex = "[A-Za-z0-9]{1,10}"


class PersonKey(StringConverter):
    """`Viewer.key`: "u12" for a user, "g<token>" for a guest."""

    regex = "u[0-9]{1,18}|g[A-Za-z0-9_-]{1,39}"


class StreamToken(StringConverter):
    """A token of an HLS stream: "open", or signed data (`spaces.room.hls`)."""

    regex = "[A-Za-z0-9_:-]{1,300}"


class StreamFile(StringConverter):
    """The name of a file of an HLS stream (`audio.hls.folder`)."""

    regex = r"live\.m3u8|[0-9]{1,12}\.(?:m4s|mp4)"


def register() -> None:
    """Register the converters. Each app whose URLs use them calls this, in any order."""
    if "space" not in get_converters():
        register_converter(SpaceId, "space")
        register_converter(PersonKey, "person")
        register_converter(StreamToken, "stream_token")
        register_converter(StreamFile, "stream_file")
