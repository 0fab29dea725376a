"""What we say of ourselves: offers to listeners, answers to speakers (RFC 8866, RFC 9429)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from spaces.audio.transport.rtp import SSRC_AUDIO_LEVEL
from spaces.audio.transport.sdp import Description, Direction, SdpError, Setup

OPUS_PAYLOAD_TYPE = 111
FMTP = "minptime=10;useinbandfec=1;sprop-stereo=1"  # in music mode we send stereo (RFC 7587)
MUSIC = ";stereo=1;maxaveragebitrate=128000"  # what we want of a speaker then; else mono
CNAME = "space"


@dataclass(frozen=True, slots=True)
class Local:
    """What we say of ourselves. `addresses` are where to reach us, best first."""

    ufrag: str
    password: str
    fingerprint: bytes  # SHA-256
    addresses: Sequence[str]
    port: int
    ssrc: int


def make_offer(local: Local) -> str:
    """An offer to listen: we send, the browser chooses its DTLS role."""
    return _write(
        local, mid="0", payload_type=OPUS_PAYLOAD_TYPE, direction="sendonly", setup="actpass"
    )


def make_answer(local: Local, offered: Description, *, music: bool = False) -> str:
    """The answer to a speaker's offer, in its numbers."""
    if offered.direction not in ("sendrecv", "sendonly"):
        raise SdpError("the offer does not send audio")
    return _write(
        local,
        mid=offered.mid,
        payload_type=offered.payload_type,
        direction="sendrecv" if offered.direction == "sendrecv" else "recvonly",
        setup="active" if offered.setup == "passive" else "passive",
        audio_level_id=offered.audio_level_id,
        fmtp=FMTP + MUSIC if music else FMTP,
    )


def _write(
    local: Local,
    *,
    mid: str,
    payload_type: int,
    direction: Direction,
    setup: Setup,
    audio_level_id: int | None = None,
    fmtp: str = FMTP,
) -> str:
    where = local.addresses[0]
    family = "IP6" if ":" in where else "IP4"
    lines = [
        "v=0",
        f"o=- {secrets.randbits(62)} 1 IN {family} {where}",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        f"a=group:BUNDLE {mid}",
        "a=msid-semantic: WMS *",
        f"m=audio {local.port} UDP/TLS/RTP/SAVPF {payload_type}",
        f"c=IN {family} {where}",
        "a=rtcp-mux",
        f"a=mid:{mid}",
        f"a={direction}",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint.hex(':').upper()}",
        f"a=setup:{setup}",
        f"a=rtpmap:{payload_type} opus/48000/2",
        f"a=fmtp:{payload_type} {fmtp}",
    ]
    if audio_level_id is not None:
        lines.append(f"a=extmap:{audio_level_id} {SSRC_AUDIO_LEVEL}")
    if direction != "recvonly":
        lines += [f"a=msid:{CNAME} mix", f"a=ssrc:{local.ssrc} cname:{CNAME}"]
    lines += [
        _candidate(i, address, local.port) for i, address in enumerate(local.addresses, start=1)
    ]
    lines.append("a=end-of-candidates")
    return "".join(f"{line}\r\n" for line in lines)


def _candidate(position: int, address: str, port: int) -> str:
    """A host candidate; earlier ones are preferred (RFC 8445 §5.1.2.1)."""
    priority = (126 << 24) + ((65535 - position) << 8) + 255
    return f"a=candidate:{position} 1 udp {priority} {address} {port} typ host"
