"""SRTP by libsrtp, keyed by DTLS (RFC 3711, RFC 5764, RFC 7714)."""

from dataclasses import dataclass

from pylibsrtp import Error, Policy, Session

EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"  # RFC 5764 §4.2
MAX_STREAMS = 4  # SSRCs that one peer may send from: each costs memory for the whole call
REPLAY_WINDOW = 1024  # packets; a phone on a bad network delivers a second's worth at once


class SrtpError(ValueError):
    """Not authentic, replayed, or from one stream too many."""


@dataclass(frozen=True, slots=True)
class Profile:
    name: bytes
    policy: int
    key: int  # bytes
    salt: int  # bytes

    @property
    def keying_material(self) -> int:
        """How many bytes to export from DTLS: a key and a salt for each direction."""
        return 2 * (self.key + self.salt)


# The order is our preference: GCM costs a packet two thirds of what SHA1 does.
PROFILES = (
    Profile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    Profile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)


def find_profile(name: bytes) -> Profile:
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise SrtpError("no SRTP profile in common")


def split_keys(material: bytes, profile: Profile) -> tuple[bytes, bytes]:
    """The master key and salt of the DTLS client, then the server's (RFC 5764 §4.2)."""
    key, salt = profile.key, profile.salt
    client_key, server_key = material[:key], material[key : 2 * key]
    client_salt, server_salt = material[2 * key : 2 * key + salt], material[2 * key + salt :]
    return client_key + client_salt, server_key + server_salt


def outbound(key: bytes, profile: Profile) -> Session:
    return Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.policy))


class Inbound:
    """What a peer sends us, decrypted; a packet seen before is refused."""

    def __init__(self, key: bytes, profile: Profile) -> None:
        policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile.policy)
        policy.window_size = REPLAY_WINDOW
        self._session = Session(policy)
        self._streams: set[bytes] = set()

    def unprotect(self, packet: bytes) -> bytes:
        """An RTP packet, or `SrtpError`."""
        self._admit(packet[8:12])
        try:
            plain = self._session.unprotect(packet)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from error
        self._streams.add(packet[8:12])
        return plain

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        """An RTCP compound, or `SrtpError`."""
        self._admit(packet[4:8])
        try:
            plain = self._session.unprotect_rtcp(packet)
        except (Error, ValueError) as error:
            raise SrtpError(str(error)) from error
        self._streams.add(packet[4:8])
        return plain

    def _admit(self, ssrc: bytes) -> None:
        if ssrc not in self._streams and len(self._streams) >= MAX_STREAMS:
            raise SrtpError("one stream too many")
