"""A session description taken apart: its own lines, and those of each m= section (RFC 8866)."""

import re

MAX_SIZE = 64 * 1024  # characters
MAX_LINES = 2000
MAX_SECTIONS = 64

_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")


class SdpError(ValueError):
    """Not a description that we can talk to; the text says why."""


class Section:
    """The attributes of one m= section, or of the session before the first."""

    def __init__(self, media: str = "", port: int = 0, protocol: str = "", formats: str = ""):
        self.media, self.port, self.protocol = media, port, protocol
        self.formats = formats.split()
        self.attributes: list[tuple[str, str]] = []

    @property
    def is_rejected(self) -> bool:
        """Port 0 says so, unless the section only exists within a bundle (RFC 9143 §6)."""
        return self.port == 0 and self.find("bundle-only") is None

    @property
    def mid(self) -> str | None:
        mid = self.find("mid")
        if mid is not None and not _TOKEN.fullmatch(mid):
            raise SdpError("malformed mid")
        return mid

    def find(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def split(text: str) -> tuple[Section, list[Section]]:
    """The session, and its sections in order."""
    if len(text) > MAX_SIZE:
        raise SdpError("too long")
    lines = text.replace("\r\n", "\n").split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        raise SdpError("too many lines")
    if lines[0] != "v=0":
        raise SdpError("does not begin with v=0")
    session = current = Section()
    sections: list[Section] = []
    for line in filter(None, lines):
        if len(line) < 2 or line[1] != "=":
            raise SdpError("not a line of the form x=…")
        kind, value = line[0], line[2:]
        if kind == "m":
            current = _media(value)
            sections.append(current)
        elif kind == "a":
            name, _, rest = value.partition(":")
            current.attributes.append((name, rest.strip()))
    if len(sections) > MAX_SECTIONS:
        raise SdpError("too many sections")
    return session, sections


def read_number(text: str, least: int, most: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise SdpError(f"{what} is not a number")
    if not least <= int(text) <= most:
        raise SdpError(f"{what} is out of range")
    return int(text)


def _media(value: str) -> Section:
    """An m= line; what an answer repeats of it is printable, since it goes into lines of ours."""
    parts = value.split(" ", 3)
    if len(parts) != 4:
        raise SdpError("an m= line without its four parts")
    media, port, protocol, formats = parts
    section = Section(
        media, read_number(port.partition("/")[0], 0, 65535, "port"), protocol, formats
    )
    words = [media, protocol, *section.formats]
    if not section.formats or not all(_TOKEN.fullmatch(word) for word in words):
        raise SdpError("a malformed m= line")
    return section
