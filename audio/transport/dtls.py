"""DTLS 1.2 by OpenSSL, over datagrams that the caller carries (RFC 6347, RFC 5763, RFC 5764)."""

import datetime
import hmac
import struct
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from audio.transport.srtp import (
    EXPORTER_LABEL,
    PROFILES,
    Profile,
    SrtpError,
    find_profile,
    split_keys,
)

CONTENT_TYPES = range(20, 64)  # how to tell DTLS from STUN and RTP on one port (RFC 7983 §7)
FINGERPRINT_ALGORITHMS = frozenset({"sha-256", "sha-384", "sha-512"})
MTU = 1200  # bytes of a datagram that every path carries
MAX_HANDSHAKE_DATAGRAMS = 64
# Seconds until a flight is sent again, then twice as long. RFC 6347 §4.2.4.1 suggests 1, which is
# OpenSSL's; somebody waits to hear here, and browsers begin with 0.05.
FIRST_PAUSE = 0.1

_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA"
)
_HANDSHAKE = 22  # a record's content type
_RECORD_HEADER = struct.Struct(">BHHIHH")  # type, version, epoch, sequence (6 bytes), length


class DtlsError(Exception):
    """The handshake failed, or the other side is not who its description says."""


class Role(Enum):
    CLIENT = "client"
    SERVER = "server"


class Certificate:
    """A self-signed certificate: its fingerprint in the description vouches for it (RFC 8122)."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "spaces")])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = certificate.fingerprint(hashes.SHA256())
        self.context = _context(key, certificate)


class DtlsSession:
    """One association. Feed it datagrams, send what `take` and `overdue` return."""

    def __init__(self, certificate: Certificate, *, role: Role) -> None:
        self.role = role
        self.is_open = False
        self.is_closed = False
        self._datagrams = 0
        self._flight: list[bytes] = []
        self._missed = False
        self._resend_at: float | None = None
        self._pause = FIRST_PAUSE
        self._ssl = SSL.Connection(certificate.context)
        self._ssl.set_ciphertext_mtu(MTU)
        if role is Role.CLIENT:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()

    def start(self) -> None:
        """Send the first flight, as a client."""
        self._handshake()

    def receive(self, datagram: bytes) -> None:
        """Go as far as this datagram allows; raises `DtlsError` if the handshake fails."""
        if self.is_closed:
            return
        self._ssl.bio_write(datagram)
        if self.is_open:
            # Whoever still shakes hands has missed our last flight (RFC 6347 §4.2.4).
            self._missed = self.role is Role.SERVER and datagram[0] == _HANDSHAKE
            self._drain()
            return
        self._datagrams += 1
        if self._datagrams > MAX_HANDSHAKE_DATAGRAMS:
            raise DtlsError("a handshake without end")
        self._handshake()

    def overdue(self, now: float) -> list[bytes]:
        """The last flight once more, if its answer is overdue; `now` is monotonic seconds."""
        if self.is_open or self.is_closed or not self._flight:
            return []
        if self._resend_at is None:
            self._resend_at = now + self._pause
        if now < self._resend_at:
            return []
        self._pause *= 2
        self._resend_at = now + self._pause
        return self._flight

    def take(self) -> list[bytes]:
        """What there is to send now, in datagrams of at most `MTU` bytes."""
        waiting = b""
        while True:
            try:
                waiting += self._ssl.bio_read(65536)
            except SSL.Error:  # nothing (more) to read
                break
        datagrams = _datagrams(waiting)
        if self._missed and not datagrams:
            self._missed = False
            return self._flight
        if datagrams:
            self._flight, self._resend_at, self._pause = datagrams, None, FIRST_PAUSE
        return datagrams

    def close(self) -> None:
        """Say goodbye (close_notify); the datagrams to send are in `take`."""
        if self.is_closed:
            return
        self.is_closed = True
        if self.is_open:
            try:
                self._ssl.shutdown()
            except SSL.Error:
                return  # the other side broke the association first

    def is_with(self, algorithm: str, fingerprint: bytes) -> bool:
        """Whether the other side's certificate is the one that its description names."""
        certificate = self._ssl.get_peer_certificate()
        if certificate is None or algorithm not in FINGERPRINT_ALGORITHMS:
            return False
        digest = certificate.digest(algorithm.replace("-", "")).replace(b":", b"")
        return hmac.compare_digest(bytes.fromhex(digest.decode("ascii")), fingerprint)

    def export_keys(self) -> tuple[Profile, bytes, bytes]:
        """The SRTP profile agreed on, the key for what we receive and for what we send."""
        try:
            profile = find_profile(self._ssl.get_selected_srtp_profile())
        except SrtpError as error:
            raise DtlsError(str(error)) from error
        material = self._ssl.export_keying_material(EXPORTER_LABEL, profile.keying_material)
        client, server = split_keys(material, profile)
        return (profile, server, client) if self.role is Role.CLIENT else (profile, client, server)

    def _handshake(self) -> None:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error as error:
            raise DtlsError("the handshake failed") from error
        self.is_open = True

    def _drain(self) -> None:
        while True:
            try:
                self._ssl.recv(MTU)  # nobody has anything to say here
            except SSL.WantReadError:
                return
            except SSL.Error:  # close_notify or a fatal alert
                self.is_closed = True
                return


def _context(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_options(
        SSL.OP_NO_QUERY_MTU | SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION
    )
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    context.set_cipher_list(_CIPHERS)
    context.set_tlsext_use_srtp(b":".join(profile.name for profile in PROFILES))
    # Any certificate is let through here: the fingerprint decides, before keys are used.
    context.set_verify(
        SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_certificate: True
    )
    return context


def _datagrams(records: bytes) -> list[bytes]:
    """OpenSSL's memory BIO forgets where datagrams end: pack whole records into new ones."""
    datagrams: list[bytes] = []
    current = b""
    at = 0
    while at < len(records):
        size = _RECORD_HEADER.size + _RECORD_HEADER.unpack_from(records, at)[-1]
        record = records[at : at + size]
        if current and len(current) + size > MTU:
            datagrams.append(current)
            current = b""
        current += record
        at += size
    if current:
        datagrams.append(current)
    return datagrams
