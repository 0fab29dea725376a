"""DTLS 1.2 with OpenSSL; the caller sends and receives the datagrams (RFC 6347, 5763 and 5764)."""

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

CONTENT_TYPES = range(20, 64)  # first byte of DTLS on a shared port (RFC 7983, section 7)
FINGERPRINT_ALGORITHMS = frozenset({"sha-256", "sha-384", "sha-512"})
MTU = 1200  # bytes; every path supports datagrams of this size
MAX_HANDSHAKE_DATAGRAMS = 64
# Seconds until a flight is retransmitted for the first time; doubled each time. RFC 6347, section
# 4.2.4.1, and OpenSSL use 1 s, but a person is waiting for the sound; browsers use 0.05 s.
FIRST_TIMEOUT = 0.1

_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA"
)
_HANDSHAKE = 22  # a record's content type
_RECORD_HEADER = struct.Struct(">BHHIHH")  # type, version, epoch, sequence (6 bytes), length


class DtlsError(Exception):
    """The handshake failed."""


class Role(Enum):
    CLIENT = "client"
    SERVER = "server"


class Certificate:
    """A self-signed certificate, authenticated by its fingerprint in the SDP (RFC 8122)."""

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
    """One association. Pass received datagrams in; send what `take` and `retransmission` return."""

    def __init__(self, certificate: Certificate, *, role: Role) -> None:
        self.role = role
        self.is_open = False
        self.is_closed = False
        self._datagrams = 0
        self._flight: list[bytes] = []
        self._resend = False
        self._resend_at: float | None = None
        self._timeout = FIRST_TIMEOUT
        self._ssl = SSL.Connection(certificate.context)
        self._ssl.set_ciphertext_mtu(MTU)
        if role is Role.CLIENT:
            self._ssl.set_connect_state()
        else:
            self._ssl.set_accept_state()

    def start(self) -> None:
        """Begin the handshake as a client."""
        self._handshake()

    def receive(self, datagram: bytes) -> None:
        """Process a received datagram. Raises `DtlsError` if the handshake fails."""
        if self.is_closed:
            return
        self._ssl.bio_write(datagram)
        if self.is_open:
            # A client that still sends handshake messages has missed our last flight (RFC 6347,
            # section 4.2.4).
            self._resend = self.role is Role.SERVER and datagram[0] == _HANDSHAKE
            self._drain()
            return
        self._datagrams += 1
        if self._datagrams > MAX_HANDSHAKE_DATAGRAMS:
            raise DtlsError("too many handshake datagrams")
        self._handshake()

    def retransmission(self, now: float) -> list[bytes]:
        """Return the last flight if its reply is overdue; `now` is in monotonic seconds."""
        if self.is_open or self.is_closed or not self._flight:
            return []
        if self._resend_at is None:
            self._resend_at = now + self._timeout
        if now < self._resend_at:
            return []
        self._timeout *= 2
        self._resend_at = now + self._timeout
        return self._flight

    def take(self) -> list[bytes]:
        """Return the datagrams to send now, of at most `MTU` bytes each."""
        waiting = b""
        while True:
            try:
                waiting += self._ssl.bio_read(65536)
            except SSL.Error:  # nothing more to read
                break
        datagrams = _datagrams(waiting)
        if self._resend and not datagrams:
            self._resend = False
            return self._flight
        if datagrams:
            self._flight, self._resend_at, self._timeout = datagrams, None, FIRST_TIMEOUT
        return datagrams

    def close(self) -> None:
        """Close with a close_notify alert; `take` returns the datagrams to send."""
        if self.is_closed:
            return
        self.is_closed = True
        if self.is_open:
            try:
                self._ssl.shutdown()
            except SSL.Error:
                return  # the remote side has closed the association already

    def matches_fingerprint(self, algorithm: str, fingerprint: bytes) -> bool:
        """Return True if the remote certificate has the fingerprint that its SDP announced."""
        certificate = self._ssl.get_peer_certificate()
        if certificate is None or algorithm not in FINGERPRINT_ALGORITHMS:
            return False
        digest = certificate.digest(algorithm.replace("-", "")).replace(b":", b"")
        return hmac.compare_digest(bytes.fromhex(digest.decode("ascii")), fingerprint)

    def export_keys(self) -> tuple[Profile, bytes, bytes]:
        """Return the negotiated SRTP profile, the key for receiving and the key for sending."""
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
                self._ssl.recv(MTU)  # WebRTC audio sends no application data: discard it
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
    # Accept any certificate here: its fingerprint is checked before the keys are used.
    context.set_verify(
        SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_certificate: True
    )
    return context


def _datagrams(records: bytes) -> list[bytes]:
    """Pack whole records into datagrams, because OpenSSL's memory BIO loses datagram boundaries."""
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
