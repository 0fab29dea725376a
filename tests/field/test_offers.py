"""Offers of browsers and libraries that comparable systems could not answer."""

import pytest
from aiortc.sdp import SessionDescription

from audio.transport import sdp
from audio.transport.offer import build_answer
from audio.transport.sections import SdpError
from tests.audio.transport.test_offer import LOCAL
from tests.audio.transport.test_sdp import OFFER

SESSION, AUDIO = OFFER[: OFFER.index("m=")], OFFER[OFFER.index("m=") :]
VIDEO = (
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n"
)
REJECTED = VIDEO.replace("video 9", "video 0")
DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\na=sctp-port:5000\r\n"
INACTIVE = AUDIO.replace("a=mid:0", "a=mid:1").replace("sendrecv", "inactive")


def answer(*sections: str, bundle: str = "0") -> list[tuple[str, str | None]]:
    """Return the groups of our answer, then the m= line and the mid of each section."""
    session = SESSION.replace("BUNDLE 0", f"BUNDLE {bundle}")
    made = build_answer(LOCAL, sdp.parse(session + "".join(sections)))
    lines: list[tuple[str, str | None]] = []
    for line in made.splitlines():
        if line.startswith(("m=", "a=group:")):
            lines.append((line, None))
        elif line.startswith("a=mid:"):
            lines[-1] = (lines[-1][0], line.removeprefix("a=mid:"))
    return lines


OURS = ("m=audio 7000 UDP/TLS/RTP/SAVPF 111", "0")
NO_VIDEO = ("m=video 0 UDP/TLS/RTP/SAVPF 96 97", "v")
NO_DATA = ("m=application 0 UDP/DTLS/SCTP webrtc-datachannel", "d")
BUNDLED = ("a=group:BUNDLE 0", None)
FORMATS = " 96 63 111 9 0"


@pytest.mark.parametrize(
    ("offered", "answered"),
    [
        ([AUDIO, REJECTED], [OURS, NO_VIDEO]),
        ([REJECTED, AUDIO], [NO_VIDEO, OURS]),
        ([AUDIO, VIDEO], [OURS, NO_VIDEO]),
        ([VIDEO, AUDIO], [NO_VIDEO, OURS]),
        ([AUDIO, DATA], [OURS, NO_DATA]),
        ([DATA, AUDIO, VIDEO], [NO_DATA, OURS, NO_VIDEO]),
        ([INACTIVE, AUDIO], [("m=audio 0 UDP/TLS/RTP/SAVPF" + FORMATS, "1"), OURS]),
    ],
)
def test_every_section_is_answered_in_order(offered, answered) -> None:
    assert answer(*offered) == [BUNDLED, *answered]


def test_only_the_audio_section_stays_in_the_bundle() -> None:
    assert answer(VIDEO, AUDIO, DATA, bundle="v 0 d") == [BUNDLED, NO_VIDEO, OURS, NO_DATA]


def test_an_offer_without_a_bundle_is_answered_without_one() -> None:
    assert answer(AUDIO.replace("a=mid:0\r\n", "")) == [(OURS[0], None)]
    assert answer(AUDIO, bundle="x") == [OURS]


def test_the_answer_repeats_the_offered_profile() -> None:
    for profile in ("UDP/TLS/RTP/SAVP", "RTP/SAVPF", "TCP/DTLS/RTP/SAVPF"):
        answered = answer(AUDIO.replace("UDP/TLS/RTP/SAVPF", profile))
        assert answered == [BUNDLED, (f"m=audio 7000 {profile} 111", "0")]


def test_a_bundle_only_section_uses_the_transport_of_the_first_section() -> None:
    """With max-bundle, the microphone's section has port 0 and no ICE or DTLS of its own."""
    shared = [
        line for line in AUDIO.splitlines() if line.startswith(("a=ice", "a=fing", "a=setup"))
    ]
    within = AUDIO.replace("m=audio 9", "m=audio 0") + "a=bundle-only\r\n"
    for line in shared:
        within = within.replace(f"{line}\r\n", "")
    first = VIDEO + "".join(f"{line}\r\n" for line in shared)
    session = SESSION.replace("BUNDLE 0", "BUNDLE v 0")
    described = sdp.parse(session + first + within)

    assert (described.ufrag, described.setup, described.mid) == ("abCD", "actpass", "0")
    assert answer(first, within, bundle="v 0") == [BUNDLED, NO_VIDEO, OURS]


def test_the_sha_256_fingerprint_is_chosen() -> None:
    offered = OFFER.replace("a=fingerprint:", "a=fingerprint:sha-1 00:11\r\na=fingerprint:")

    assert sdp.parse(offered) == sdp.parse(OFFER)


def test_unknown_attributes_are_ignored() -> None:
    strange = "a=x-google-flag:conference\r\na=candidate:1 1 udp 1 3f.local 9 typ host\r\na=\r\n"

    assert sdp.parse(OFFER + strange) == sdp.parse(OFFER)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("a=rtcp-mux", "a=x", "rtcp-mux is required"),
        ("a=sendrecv", "a=inactive", "does not send audio"),
        ("opus/48000/2", "PCMU/8000", "Opus is not offered"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP", "only RTP over DTLS"),
        ("m=audio 9", "m=audio 0", "one audio section is expected"),
    ],
)
def test_an_unsupported_offer_is_refused_with_a_reason(before, after, reason) -> None:
    with pytest.raises(SdpError, match=reason):
        build_answer(LOCAL, sdp.parse(OFFER.replace(before, after) + VIDEO))


@pytest.mark.parametrize("msid", ["- voice", "-", "{1f0c} {2a1d}"])
def test_aiortc_finds_the_sections_of_its_offer_in_the_answer(msid: str) -> None:
    """aiortc refuses an answer whose sections do not match the offer in kind and mid."""
    offer = (SESSION + AUDIO + REJECTED + DATA).replace("BUNDLE 0", "BUNDLE voice")
    offer = offer.replace("mid:0", "mid:voice").replace("msid:x y", f"msid:{msid}")
    made = build_answer(LOCAL, sdp.parse(offer))

    def sections(text: str) -> list[tuple[str, str]]:
        return [(each.kind, each.rtp.muxId) for each in SessionDescription.parse(text).media]

    expected = [("audio", "voice"), ("video", "v"), ("application", "d")]
    assert sections(made) == sections(offer) == expected
