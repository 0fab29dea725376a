"""STUN for ICE: Binding with short-term credentials (RFC 8489; RFC 8445, section 7)."""

import hmac
import ipaddress
import struct
import zlib
from dataclasses import dataclass, field
from enum import IntEnum

MAGIC_COOKIE = 0x2112A442
HEADER = struct.Struct(">HHI12s")
ROLE_CONFLICT = 487

_FINGERPRINT_MASK = 0x5354554E  # RFC 8489, section 14.7
_INTEGRITY_SIZE = 4 + 20
_FINGERPRINT_SIZE = 4 + 4


class Kind(IntEnum):
    REQUEST = 0x0001
    INDICATION = 0x0011
    SUCCESS = 0x0101
    ERROR = 0x0111


class Attribute(IntEnum):
    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    XOR_MAPPED_ADDRESS = 0x0020
    PRIORITY = 0x0024
    USE_CANDIDATE = 0x0025
    FINGERPRINT = 0x8028
    ICE_CONTROLLED = 0x8029
    ICE_CONTROLLING = 0x802A


class StunError(ValueError):
    """A malformed datagram, or not a STUN Binding message."""


@dataclass(frozen=True, slots=True)
class Message:
    """A Binding message with a valid FINGERPRINT. Attributes after MESSAGE-INTEGRITY are ignored
    (RFC 8489, section 14.5); of a repeated attribute, the first one counts (section 14)."""

    kind: Kind
    transaction: bytes
    attributes: dict[int, bytes] = field(default_factory=dict)
    signed: bytes = b""  # the bytes that MESSAGE-INTEGRITY covers
    integrity: bytes = b""
    size: int = 0  # bytes of the datagram

    @property
    def username(self) -> str:
        return self.attributes.get(Attribute.USERNAME, b"").decode("utf-8", "replace")

    @property
    def nominates(self) -> bool:
        return Attribute.USE_CANDIDATE in self.attributes

    def is_signed_with(self, password: str) -> bool:
        """Return True if MESSAGE-INTEGRITY is present and was computed with `password`."""
        if not self.integrity:
            return False
        return hmac.compare_digest(_sign(self.signed, password), self.integrity)


def parse(data: bytes) -> Message:
    """Parse one datagram. ICE requires a valid FINGERPRINT (RFC 8445, section 7.2.2)."""
    if len(data) < HEADER.size:
        raise StunError("truncated header")
    kind, length, cookie, transaction = HEADER.unpack_from(data)
    if cookie != MAGIC_COOKIE or length % 4 or length != len(data) - HEADER.size:
        raise StunError("wrong magic cookie or length")
    try:
        kind = Kind(kind)
    except ValueError as error:
        raise StunError("not a Binding message") from error
    end = len(data) - _FINGERPRINT_SIZE
    if end < HEADER.size or data[end:] != _fingerprint(data[:end]):
        raise StunError("missing or wrong FINGERPRINT")

    attributes: dict[int, bytes] = {}
    signed = integrity = b""
    at = HEADER.size
    while at < end:
        number, size = struct.unpack_from(">HH", data, at)
        value = data[at + 4 : at + 4 + size]
        if at + 4 + size > end:
            raise StunError("truncated attribute")
        if number == Attribute.MESSAGE_INTEGRITY:
            if size != 20:
                raise StunError("MESSAGE-INTEGRITY of the wrong length")
            signed, integrity = _with_length(data[:at], _INTEGRITY_SIZE), value
            break
        attributes.setdefault(number, value)
        at += 4 + size + -size % 4
    return Message(kind, transaction, attributes, signed, integrity, len(data))


def pack(
    kind: Kind, transaction: bytes, attributes: list[tuple[Attribute, bytes]], *, password: str
) -> bytes:
    """Return a Binding message with MESSAGE-INTEGRITY by `password` and FINGERPRINT."""
    body = b"".join(_attribute(number, value) for number, value in attributes)
    message = _with_length(HEADER.pack(kind, 0, MAGIC_COOKIE, transaction) + body, _INTEGRITY_SIZE)
    message += _attribute(Attribute.MESSAGE_INTEGRITY, _sign(message, password))
    message = _with_length(message, _FINGERPRINT_SIZE)
    return message + _fingerprint(message)


def mapped_address(host: str, port: int, transaction: bytes) -> bytes:
    """Return the value of XOR-MAPPED-ADDRESS (RFC 8489, section 14.2)."""
    mask = struct.pack(">I12s", MAGIC_COOKIE, transaction)
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    family = 1 if address.version == 4 else 2
    xored = bytes(a ^ b for a, b in zip(address.packed, mask, strict=False))
    return struct.pack(">BBH", 0, family, port ^ MAGIC_COOKIE >> 16) + xored


def error_code(code: int, reason: str) -> bytes:
    """Return the value of ERROR-CODE (RFC 8489, section 14.8)."""
    return struct.pack(">HBB", 0, code // 100, code % 100) + reason.encode()


def _attribute(number: int, value: bytes) -> bytes:
    return struct.pack(">HH", number, len(value)) + value + bytes(-len(value) % 4)


def _with_length(message: bytes, following: int) -> bytes:
    """Return the message with a length field that includes `following` bytes to be appended."""
    return message[:2] + struct.pack(">H", len(message) - HEADER.size + following) + message[4:]


def _sign(message: bytes, password: str) -> bytes:
    return hmac.digest(password.encode(), message, "sha1")


def _fingerprint(message: bytes) -> bytes:
    """Return the FINGERPRINT attribute of a message whose length field already includes it."""
    return _attribute(
        Attribute.FINGERPRINT, struct.pack(">I", zlib.crc32(message) ^ _FINGERPRINT_MASK)
    )
