"""SRTP profiles and keys, negotiated by DTLS (RFC 3711, RFC 5764, RFC 7714)."""

from dataclasses import dataclass

from pylibsrtp import Policy, Session

EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"  # RFC 5764, section 4.2


class SrtpError(ValueError):
    """A packet is not authentic, was replayed, or belongs to a stream that is not accepted; or the
    two sides have no profile in common."""


@dataclass(frozen=True, slots=True)
class Profile:
    name: bytes
    policy: int
    key: int  # bytes
    salt: int  # bytes

    @property
    def keying_material(self) -> int:
        """Return how many bytes to export from DTLS: a key and a salt for each direction."""
        return 2 * (self.key + self.salt)


# In order of preference: per packet, GCM takes two thirds of the time that SHA1 takes.
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
    """Return the DTLS client's master key and salt, and the server's (RFC 5764, section 4.2)."""
    key, salt = profile.key, profile.salt
    client_key, server_key = material[:key], material[key : 2 * key]
    client_salt, server_salt = material[2 * key : 2 * key + salt], material[2 * key + salt :]
    return client_key + client_salt, server_key + server_salt


def outbound(key: bytes, profile: Profile) -> Session:
    return Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile.policy))
