"""A small WebRTC peer in Python: a full ICE agent, DTLS in either role, SRTP, raw Opus payloads.

It talks to a real engine over real UDP, and starts faster than a browser.
"""

import asyncio
import secrets
import socket
import struct
import time
from collections.abc import Callable

from pylibsrtp import Session

from audio.transport import rtcp, rtp, sdp, srtp, stun
from audio.transport.dtls import CONTENT_TYPES, Certificate, DtlsSession, Role
from audio.transport.inbound import Inbound
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.stun import Attribute, Kind

AUDIO_LEVEL_ID = 3
PATIENCE = 15.0  # seconds that a test waits for an event
CERTIFICATE = Certificate()


class Client:
    """One peer connection. `received` holds the media packets, `reports` the RTCP reports."""

    def __init__(self, *, setup: str = "active", host: str = "127.0.0.1") -> None:
        self.setup, self.host = setup, host
        self.check_every = 1.0  # seconds, once connected
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(16)
        self.fingerprint = CERTIFICATE.fingerprint
        self.received: list[RtpPacket] = []
        self.reports: list[rtcp.Report] = []
        self.probes = 0  # checks that the engine sent us
        self.is_up = False
        self.is_closed = False
        self.stream = OutboundStream(secrets.randbits(32), 111, secrets.randbelow(1000))
        self.outbound: Session | None = None
        self._inbound: Inbound | None = None
        self._dtls: DtlsSession | None = None
        self._remote: sdp.Description | None = None
        self._server = ("", 0)
        self._changed = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None
        self.socket = self._open_socket()

    # Descriptions.

    def answer(self, offer: str) -> str:
        self._learn(offer)
        return self._describe("recvonly", self.setup)

    def offer(self) -> str:
        return self._describe("sendrecv", "actpass" if self.setup == "active" else "passive")

    def accept(self, answer: str) -> None:
        self._learn(answer)

    # Connecting, talking and closing.

    async def connect(self) -> None:
        """Send checks and complete the handshake; return when media can flow."""
        assert self._remote is not None
        role = Role.SERVER if self.setup == "passive" else Role.CLIENT
        self._dtls = DtlsSession(CERTIFICATE, role=role)
        self._timer = asyncio.create_task(self._tick())
        await self.until(lambda: self.is_up)

    def check(self, *, nominate: bool = True) -> None:
        """Send one connectivity check from the current socket."""
        assert self._remote is not None
        attributes = [
            (Attribute.USERNAME, f"{self._remote.ufrag}:{self.ufrag}".encode()),
            (Attribute.PRIORITY, struct.pack(">I", 1)),
            (Attribute.ICE_CONTROLLING, secrets.token_bytes(8)),
        ]
        if nominate:
            attributes.append((Attribute.USE_CANDIDATE, b""))
        transaction = secrets.token_bytes(12)
        self.send_raw(
            stun.pack(Kind.REQUEST, transaction, attributes, password=self._remote.password)
        )

    def roam(self) -> None:
        """Continue from another port, like a phone that changes its network."""
        self._close_socket()
        self.socket = self._open_socket()
        self.check()

    def speak(self, payload: bytes, *, level: int = 20) -> bytes:
        """Send 20 ms of sound. Return the encrypted packet, so that a test can replay it."""
        assert self.outbound is not None
        timestamp = self.stream.packets * 960
        packet = bytearray(self.stream.pack(payload, timestamp))
        packet[0] |= 0x10
        packet[12:12] = struct.pack(">HHBBxx", 0xBEDE, 1, AUDIO_LEVEL_ID << 4, 0x80 | level)
        encrypted = self.outbound.protect(bytes(packet))
        self.send_raw(encrypted)
        return encrypted

    def report(self, fraction_lost: float, *, packets_lost: int = 0) -> None:
        assert self.outbound is not None
        block = rtcp.ReportBlock(self.received[-1].ssrc, fraction_lost, packets_lost, 0, 0)
        report = rtcp.receiver_report(self.stream.ssrc, [block])
        self.send_raw(self.outbound.protect_rtcp(report))

    def send_raw(self, data: bytes) -> None:
        self.socket.sendto(data, self._server)

    async def receive_packets(self, count: int) -> list[RtpPacket]:
        """Wait for the next `count` packets."""
        start = len(self.received)
        await self.until(lambda: len(self.received) >= start + count)
        return self.received[start : start + count]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def hang_up(self) -> None:
        """Close the connection with a DTLS alert, as a closing browser does."""
        assert self._dtls is not None
        self._dtls.close()
        self._flush()
        self.close()

    def close(self) -> None:
        """Stop sending, like a browser that loses its network."""
        if self._timer is not None:
            self._timer.cancel()
        if self.socket.fileno() >= 0:
            self._close_socket()

    # Packets.

    def _describe(self, direction: str, setup: str) -> str:
        return "\r\n".join(
            [
                "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=rtcp-mux", "a=mid:0",
                f"a={direction}", f"a=ice-ufrag:{self.ufrag}", f"a=ice-pwd:{self.password}",
                f"a=fingerprint:sha-256 {self.fingerprint.hex(':').upper()}", f"a=setup:{setup}",
                "a=rtpmap:111 opus/48000/2",
                f"a=extmap:{AUDIO_LEVEL_ID} {rtp.SSRC_AUDIO_LEVEL}",
                "",
            ]
        )  # fmt: skip

    def _learn(self, text: str) -> None:
        self._remote = sdp.parse(text)
        port = next(line for line in text.splitlines() if line.startswith("m=")).split()[1]
        self._server = (self.host, int(port))

    def _open_socket(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.bind((self.host, 0))
        asyncio.get_running_loop().add_reader(opened, self._read)
        return opened

    def _close_socket(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()

    async def _tick(self) -> None:
        while True:
            self.check()
            if self._dtls is not None and not self._dtls.is_open:
                for datagram in self._dtls.retransmission(time.monotonic()):
                    self.send_raw(datagram)
            await asyncio.sleep(self.check_every if self.is_up else 0.1)

    def _read(self) -> None:
        while True:
            try:
                data, sender = self.socket.recvfrom(2048)
            except (BlockingIOError, OSError):
                break
            assert sender[:2] == self._server, "responses must come from the address that was asked"
            self._dispatch(data)
        self._changed.set()

    def _dispatch(self, data: bytes) -> None:
        if data[0] < 4:
            self._take_stun(stun.parse(data))
        elif data[0] in CONTENT_TYPES:
            self._take_dtls(data)
        elif self._inbound is not None and data[1] in rtcp.PACKET_TYPES:
            self.reports += rtcp.parse(self._inbound.unprotect_rtcp(data, time.monotonic()))
        elif self._inbound is not None:
            self.received.append(rtp.parse(self._inbound.unprotect(data, time.monotonic())))

    def _take_stun(self, message: stun.Message) -> None:
        assert self._remote is not None and self._dtls is not None
        if message.kind is Kind.REQUEST:
            assert message.is_signed_with(self.password)
            self.probes += 1
            mapped = stun.mapped_address(*self._server, message.transaction)
            attributes = [(Attribute.XOR_MAPPED_ADDRESS, mapped)]
            self.send_raw(
                stun.pack(Kind.SUCCESS, message.transaction, attributes, password=self.password)
            )
        elif self._dtls.role is Role.CLIENT and not self._dtls.is_open:
            assert message.is_signed_with(self._remote.password)
            self._dtls.start()
            self._flush()

    def _take_dtls(self, data: bytes) -> None:
        assert self._dtls is not None and self._remote is not None
        self._dtls.receive(data)
        self._flush()
        self.is_closed = self._dtls.is_closed
        if self._dtls.is_open and not self.is_up:
            assert self._dtls.matches_fingerprint("sha-256", self._remote.fingerprint)
            profile, inbound, outbound = self._dtls.export_keys()
            self._inbound = Inbound(inbound, profile)
            self.outbound = srtp.outbound(outbound, profile)
            self.is_up = True

    def _flush(self) -> None:
        assert self._dtls is not None
        for datagram in self._dtls.take():
            self.send_raw(datagram)
