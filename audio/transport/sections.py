"""Split an SDP text into the session part and the m= sections (RFC 8866)."""

import re

MAX_SIZE = 64 * 1024  # characters
MAX_LINES = 2000
MAX_SECTIONS = 64

_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")


class SdpError(ValueError):
    """A malformed or unsupported description; the message gives the reason."""


class Section:
    """One m= section, or the session part before the first."""

    def __init__(self, media: str = "", port: int = 0, protocol: str = "", formats: str = ""):
        self.media, self.port, self.protocol = media, port, protocol
        self.formats = formats.split()
        self.attributes: list[tuple[str, str]] = []

    @property
    def is_rejected(self) -> bool:
        """Return True for port 0, unless the section is bundle-only (RFC 9143, section 6)."""
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
    """Return the session part and the m= sections in order. Raises SdpError."""
    if len(text) > MAX_SIZE:
        raise SdpError("too long")
    lines = text.replace("\r\n", "\n").split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        raise SdpError("too many lines")
    if lines[0] != "v=0":
        raise SdpError("the first line is not v=0")
    session = current = Section()
    sections: list[Section] = []
    for line in filter(None, lines):
        if len(line) < 2 or line[1] != "=":
            raise SdpError("a line is not of the form x=…")
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


def read_number(text: str, minimum: int, maximum: int, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise SdpError(f"{name} is not a number")
    if not minimum <= int(text) <= maximum:
        raise SdpError(f"{name} is out of range")
    return int(text)


def _media(value: str) -> Section:
    """Parse an m= line. The parts that an answer repeats must be printable."""
    parts = value.split(" ", 3)
    if len(parts) != 4:
        raise SdpError("an m= line has fewer than four parts")
    media, port, protocol, formats = parts
    section = Section(
        media, read_number(port.partition("/")[0], 0, 65535, "port"), protocol, formats
    )
    words = [media, protocol, *section.formats]
    if not section.formats or not all(_TOKEN.fullmatch(word) for word in words):
        raise SdpError("a malformed m= line")
    return section
