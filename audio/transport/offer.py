"""Write SDP: offers to listeners, answers to speakers (RFC 8866, RFC 9429)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from audio.transport.rtp import SSRC_AUDIO_LEVEL
from audio.transport.sdp import Description, Direction, MediaLine, Setup
from audio.transport.sections import SdpError

OPUS_PAYLOAD_TYPE = 111
FMTP = "minptime=10;useinbandfec=1;sprop-stereo=1"  # the mix is stereo in music mode (RFC 7587)
MUSIC = ";stereo=1;maxaveragebitrate=128000"  # speakers send stereo in music mode, else mono
CNAME = "space"
PROTOCOL = "UDP/TLS/RTP/SAVPF"


@dataclass(frozen=True, slots=True)
class LocalDescription:
    """The node's side of a description. `addresses` are for host candidates, best first."""

    ufrag: str
    password: str
    fingerprint: bytes  # SHA-256
    addresses: Sequence[str]
    port: int
    ssrc: int


def build_offer(local: LocalDescription) -> str:
    """Return an offer to a listener: the node only sends, and the browser chooses its DTLS role."""
    line = MediaLine("audio", PROTOCOL, (str(OPUS_PAYLOAD_TYPE),), "0")
    audio = _audio(local, line, direction="sendonly", setup="actpass")
    return _join(_session(local, bundled="0"), audio)


def build_answer(local: LocalDescription, offered: Description, *, music: bool = False) -> str:
    """Return the answer to a speaker's offer, with the offer's payload type and extension id.

    The answer has a section at the position of every section of the offer, and rejects all but one.
    """
    if offered.direction not in ("sendrecv", "sendonly"):
        raise SdpError("the offer does not send audio")
    audio = _audio(
        local,
        MediaLine("audio", offered.protocol, (str(offered.payload_type),), offered.mid),
        direction="sendrecv" if offered.direction == "sendrecv" else "recvonly",
        setup="active" if offered.setup == "passive" else "passive",
        audio_level_id=offered.audio_level_id,
        fmtp=FMTP + MUSIC if music else FMTP,
    )
    return _join(
        _session(local, bundled=offered.mid if offered.bundled else None),
        *map(_rejected, offered.before),
        audio,
        *map(_rejected, offered.after),
    )


def _session(local: LocalDescription, *, bundled: str | None) -> list[str]:
    lines = ["v=0", f"o=- {secrets.randbits(62)} 1 {_network(local)}", "s=-", "t=0 0", "a=ice-lite"]
    if bundled is not None:
        lines.append(f"a=group:BUNDLE {bundled}")
    return [*lines, "a=msid-semantic: WMS *"]


def _audio(
    local: LocalDescription,
    line: MediaLine,
    *,
    direction: Direction,
    setup: Setup,
    audio_level_id: int | None = None,
    fmtp: str = FMTP,
) -> list[str]:
    (payload_type,) = line.formats
    lines = [
        *_begin_section(line, port=local.port, network=_network(local)),
        "a=rtcp-mux",
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
    return [*lines, "a=end-of-candidates"]


def _rejected(line: MediaLine) -> list[str]:
    """Reject a section by port 0 (RFC 9429, section 5.3.1)."""
    return [*_begin_section(line, port=0, network="IN IP4 0.0.0.0"), "a=inactive"]


def _begin_section(line: MediaLine, *, port: int, network: str) -> list[str]:
    lines = [f"m={line.media} {port} {line.protocol} {' '.join(line.formats)}", f"c={network}"]
    return lines if line.mid is None else [*lines, f"a=mid:{line.mid}"]


def _network(local: LocalDescription) -> str:
    address = local.addresses[0]
    return f"IN {'IP6' if ':' in address else 'IP4'} {address}"


def _candidate(position: int, address: str, port: int) -> str:
    """Return a host candidate; the first has the highest priority (RFC 8445, section 5.1.2.1)."""
    priority = (126 << 24) + ((65535 - position) << 8) + 255
    return f"a=candidate:{position} 1 udp {priority} {address} {port} typ host"


def _join(*blocks: list[str]) -> str:
    return "".join(f"{line}\r\n" for block in blocks for line in block)
