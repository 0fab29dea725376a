"""Parse a browser's SDP: its Opus stream, ICE and DTLS parameters (RFC 8866, 9429 and 8839).

An offer may contain further sections: video, a data channel, a second microphone, sections that
were rejected before. We use one audio section. The answer must reject each of the others at its
position, so their m= lines are kept.
"""

import re
from dataclasses import dataclass
from typing import Literal

from audio.transport.dtls import FINGERPRINT_ALGORITHMS
from audio.transport.rtp import SSRC_AUDIO_LEVEL
from audio.transport.sections import SdpError, Section, read_number, split

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Setup = Literal["actpass", "active", "passive"]

_DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_SETUPS: tuple[Setup, ...] = ("actpass", "active", "passive")
# The characters of RFC 8839, and "=", "_" and "-", which some clients send.
_ICE_CHARS = re.compile(r"[A-Za-z0-9+/=_-]+")
_PROTOCOL = re.compile(r"((UDP|TCP)/D?TLS/)?RTP/SAVPF?")  # all mean DTLS (RFC 9429, section 5.1.2)


@dataclass(frozen=True, slots=True)
class MediaLine:
    """An m= line, which the answer repeats, and the mid of its section."""

    media: str
    protocol: str
    formats: tuple[str, ...]
    mid: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """The remote description: the audio section that we use, and the m= lines of the sections
    `before` and `after` it."""

    ufrag: str
    password: str
    fingerprint_algorithm: str
    fingerprint: bytes
    setup: Setup
    direction: Direction
    protocol: str
    mid: str | None
    bundled: bool
    payload_type: int
    audio_level_id: int | None
    before: tuple[MediaLine, ...] = ()
    after: tuple[MediaLine, ...] = ()


def parse(text: str) -> Description:
    """Parse a browser's offer or answer. Raises SdpError."""
    session, sections = split(text)
    at = _choose(session, sections)
    section = sections[at]
    bundle = _bundle_of(section, session)
    # In a bundle, shared attributes may be given once, in its first section (RFC 9143, 7.1.3).
    tagged = next((each for each in sections if bundle and each.mid == bundle[0]), section)

    def attributes(name: str) -> list[str]:
        for level in (section, tagged, session):
            if found := level.all(name):
                return found
        raise SdpError(f"no {name}")

    algorithm, fingerprint = _fingerprint(attributes("fingerprint"))
    return Description(
        ufrag=_ice_credential(attributes("ice-ufrag")[0], 4),
        password=_ice_credential(attributes("ice-pwd")[0], 22),
        fingerprint_algorithm=algorithm,
        fingerprint=fingerprint,
        setup=_setup(attributes("setup")[0]),
        direction=_direction(section, session),
        protocol=section.protocol,
        mid=section.mid,
        bundled=bool(bundle),
        payload_type=_opus(section),
        audio_level_id=_audio_level(section),
        before=tuple(map(_media_line, sections[:at])),
        after=tuple(map(_media_line, sections[at + 1 :])),
    )


def _choose(session: Section, sections: list[Section]) -> int:
    """Return the index of the section to use: the first usable section that sends audio, or else
    the first usable section."""
    refusal = SdpError("one audio section is expected")
    usable = []
    for at, section in enumerate(sections):
        if section.media == "audio" and not section.is_rejected:
            try:
                _check(section)
            except SdpError as error:
                refusal = error
            else:
                usable.append(at)
    if not usable:
        raise refusal
    sending = (at for at in usable if _direction(sections[at], session) in _DIRECTIONS[:2])
    return next(sending, usable[0])


def _check(section: Section) -> None:
    """Raise SdpError if this section cannot be used."""
    if not _PROTOCOL.fullmatch(section.protocol):
        raise SdpError("only RTP over DTLS and UDP is supported")
    if section.find("rtcp-mux") is None:
        raise SdpError("rtcp-mux is required")
    _opus(section)


def _bundle_of(section: Section, session: Section) -> list[str]:
    """Return the mids of the section's BUNDLE group; empty if it is not bundled."""
    for group in session.all("group"):
        words = group.split()
        if words[:1] == ["BUNDLE"] and section.mid in words[1:]:
            return words[1:]
    return []


def _media_line(section: Section) -> MediaLine:
    return MediaLine(section.media, section.protocol, tuple(section.formats), section.mid)


def _ice_credential(value: str, min_length: int) -> str:
    if not min_length <= len(value) <= 256 or not _ICE_CHARS.fullmatch(value):
        raise SdpError("malformed ICE credentials")
    return value


def _fingerprint(values: list[str]) -> tuple[str, bytes]:
    """Return the first fingerprint with a supported hash function (RFC 8122, section 5)."""
    for value in values:
        algorithm, _, digits = value.partition(" ")
        if algorithm.lower() in FINGERPRINT_ALGORITHMS:
            return algorithm.lower(), _digest(digits, algorithm)
    raise SdpError("fingerprint with an unknown hash function")


def _digest(digits: str, algorithm: str) -> bytes:
    try:
        digest = bytes.fromhex(digits.replace(":", ""))
    except ValueError as error:
        raise SdpError("malformed fingerprint") from error
    if len(digest) != int(algorithm[-3:]) // 8:
        raise SdpError("fingerprint of the wrong length")
    return digest


def _setup(value: str) -> Setup:
    for setup in _SETUPS:
        if value == setup:
            return setup
    raise SdpError("unknown DTLS role")


def _direction(section: Section, session: Section) -> Direction:
    for level in (section, session):
        for direction in _DIRECTIONS:
            if level.find(direction) is not None:
                return direction
    return "sendrecv"  # RFC 8866, section 6.7


def _opus(section: Section) -> int:
    for value in section.all("rtpmap"):
        number, _, encoding = value.partition(" ")
        if encoding.lower().startswith("opus/48000") and number in section.formats:
            return read_number(number, 35, 127, "payload type")
    raise SdpError("Opus is not offered")


def _audio_level(section: Section) -> int | None:
    for value in section.all("extmap"):
        number, _, rest = value.partition(" ")
        if rest.split(" ")[0] == SSRC_AUDIO_LEVEL:
            return read_number(number.partition("/")[0], 1, 255, "extension")
    return None
