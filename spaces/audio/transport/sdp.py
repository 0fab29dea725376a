"""What a browser says of its one Opus stream, ICE and DTLS (RFC 8866, RFC 9429, RFC 8839)."""

import re
from dataclasses import dataclass
from typing import Literal

from spaces.audio.transport.dtls import FINGERPRINT_ALGORITHMS
from spaces.audio.transport.rtp import SSRC_AUDIO_LEVEL

MAX_SIZE = 64 * 1024  # characters
MAX_LINES = 2000

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Setup = Literal["actpass", "active", "passive"]

_DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_SETUPS: tuple[Setup, ...] = ("actpass", "active", "passive")
_ICE_CHARS = re.compile(r"[A-Za-z0-9+/=_-]+")  # two more than RFC 8839 has: clients send them
_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")
_PROTOCOLS = frozenset({"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"})


class SdpError(ValueError):
    """Not a description that we can talk to; the text says why."""


@dataclass(frozen=True, slots=True)
class Description:
    """What the other side says of itself, in the one audio section."""

    ufrag: str
    password: str
    fingerprint_algorithm: str
    fingerprint: bytes
    setup: Setup
    direction: Direction
    mid: str
    payload_type: int
    audio_level_id: int | None


def parse(text: str) -> Description:
    """Read a browser's offer or answer."""
    if len(text) > MAX_SIZE:
        raise SdpError("too long")
    session, sections = _split(text)
    active = [s for s in sections if s.port != 0]
    if len(active) != 1 or active[0].media != "audio" or len(sections) != 1:
        raise SdpError("one audio section is expected")
    section = active[0]
    if section.protocol not in _PROTOCOLS:
        raise SdpError("only RTP over DTLS and UDP")
    if section.find("rtcp-mux") is None:
        raise SdpError("rtcp-mux is required")

    def attribute(name: str) -> str:
        value = section.find(name)
        value = session.find(name) if value is None else value
        if value is None:
            raise SdpError(f"no {name}")
        return value

    algorithm, fingerprint = _fingerprint(attribute("fingerprint"))
    return Description(
        ufrag=_ice(attribute("ice-ufrag"), 4),
        password=_ice(attribute("ice-pwd"), 22),
        fingerprint_algorithm=algorithm,
        fingerprint=fingerprint,
        setup=_setup(attribute("setup")),
        direction=_direction(section, session),
        mid=_mid(section),
        payload_type=_opus(section),
        audio_level_id=_audio_level(section),
    )


class _Section:
    def __init__(self, media: str = "", port: int = 0, protocol: str = "", formats: str = ""):
        self.media, self.port, self.protocol = media, port, protocol
        self.formats = formats.split()
        self.attributes: list[tuple[str, str]] = []

    def find(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def _split(text: str) -> tuple[_Section, list[_Section]]:
    lines = text.replace("\r\n", "\n").split("\n", MAX_LINES)
    if len(lines) > MAX_LINES:
        raise SdpError("too many lines")
    if lines[0] != "v=0":
        raise SdpError("does not begin with v=0")
    session = current = _Section()
    sections: list[_Section] = []
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
    return session, sections


def _media(value: str) -> _Section:
    parts = value.split(" ", 3)
    if len(parts) != 4:
        raise SdpError("an m= line without its four parts")
    media, port, protocol, formats = parts
    return _Section(media, _number(port, 0, 65535, "port"), protocol, formats)


def _number(text: str, least: int, most: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise SdpError(f"{what} is not a number")
    if not least <= int(text) <= most:
        raise SdpError(f"{what} is out of range")
    return int(text)


def _ice(value: str, least: int) -> str:
    if not least <= len(value) <= 256 or not _ICE_CHARS.fullmatch(value):
        raise SdpError("malformed ICE credentials")
    return value


def _fingerprint(value: str) -> tuple[str, bytes]:
    algorithm, _, digits = value.partition(" ")
    algorithm = algorithm.lower()
    if algorithm not in FINGERPRINT_ALGORITHMS:
        raise SdpError("fingerprint by an unknown algorithm")
    try:
        fingerprint = bytes.fromhex(digits.replace(":", ""))
    except ValueError as error:
        raise SdpError("malformed fingerprint") from error
    if len(fingerprint) != int(algorithm[-3:]) // 8:
        raise SdpError("fingerprint of a wrong length")
    return algorithm, fingerprint


def _setup(value: str) -> Setup:
    for setup in _SETUPS:
        if value == setup:
            return setup
    raise SdpError("unknown DTLS role")


def _direction(section: _Section, session: _Section) -> Direction:
    for level in (section, session):
        for direction in _DIRECTIONS:
            if level.find(direction) is not None:
                return direction
    return "sendrecv"  # RFC 8866 §6.7


def _mid(section: _Section) -> str:
    mid = section.find("mid") or "0"
    if not _TOKEN.fullmatch(mid):
        raise SdpError("malformed mid")
    return mid


def _opus(section: _Section) -> int:
    for value in section.all("rtpmap"):
        number, _, encoding = value.partition(" ")
        if encoding.lower().startswith("opus/48000") and number in section.formats:
            return _number(number, 35, 127, "payload type")
    raise SdpError("Opus is not offered")


def _audio_level(section: _Section) -> int | None:
    for value in section.all("extmap"):
        number, _, rest = value.partition(" ")
        if rest.split(" ")[0] == SSRC_AUDIO_LEVEL:
            return _number(number.partition("/")[0], 1, 255, "extension")
    return None
