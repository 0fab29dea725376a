import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.transport import sdp
from audio.transport.rtp import SSRC_AUDIO_LEVEL
from audio.transport.sdp import Description
from audio.transport.sections import SdpError

FINGERPRINT = bytes(range(32))
OFFER = "\r\n".join(
    [
        "v=0", "o=- 42 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        "a=extmap-allow-mixed", "a=msid-semantic: WMS x",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96 63 111 9 0", "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0", "a=ice-ufrag:abCD", "a=ice-pwd:0123456789abcdefghijklm/",
        "a=ice-options:trickle", f"a=fingerprint:sha-256 {FINGERPRINT.hex(':').upper()}",
        "a=setup:actpass", "a=mid:0", "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset",
        f"a=extmap:1 {SSRC_AUDIO_LEVEL}", "a=sendrecv", "a=msid:x y", "a=rtcp-mux",
        "a=rtpmap:96 red/48000/2", "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1", "a=rtpmap:9 G722/8000", "a=ssrc:1 cname:c", "",
    ]
)  # fmt: skip


def test_a_browsers_offer_is_parsed() -> None:
    assert sdp.parse(OFFER) == Description(
        ufrag="abCD",
        password="0123456789abcdefghijklm/",
        fingerprint_algorithm="sha-256",
        fingerprint=FINGERPRINT,
        setup="actpass",
        direction="sendrecv",
        protocol="UDP/TLS/RTP/SAVPF",
        mid="0",
        bundled=True,
        payload_type=111,
        audio_level_id=1,
    )


def test_bare_line_feeds_and_session_level_attributes_are_accepted() -> None:
    lines = OFFER.split("\r\n")
    moved = [line for line in lines if line.startswith(("a=ice-", "a=finger", "a=setup"))]
    rest = [line for line in lines if line not in moved]

    assert sdp.parse("\n".join(rest[:4] + moved + rest[4:])) == sdp.parse(OFFER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=0", "v=1"),
        ("m=audio 9", "m=video 9"),
        ("m=audio 9", "m=audio 0"),
        ("m=audio 9", "m=audio -1"),
        ("m=audio 9", "m=audio 999999999999999999999"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("a=rtcp-mux", "a=x"),
        ("a=ice-ufrag:abCD", "a=ice-ufrag:ab"),
        ("a=ice-ufrag:abCD", "a=ice-ufrag:ab CD"),
        ("a=ice-pwd", "a=x"),
        ("sha-256", "md5"),
        ("sha-256", "sha-512"),
        ("00:01", "zz:01"),
        ("a=setup:actpass", "a=setup:holdconn"),
        ("opus/48000/2", "opus/8000"),
        ("a=rtpmap:111", "a=rtpmap:112"),
        (f"a=extmap:1 {SSRC_AUDIO_LEVEL}", f"a=extmap:0 {SSRC_AUDIO_LEVEL}"),
        ("a=mid:0", "a=mid:" + "x" * 65),
        ("s=-", "nonsense"),
        ("s=-", "a=x\r\n" * 3000),
        ("s=-", "a=" + "x" * 70_000),
        ("a=ssrc:1 cname:c", "m=vid\reo 0 UDP/TLS/RTP/SAVPF 96"),
        ("a=ssrc:1 cname:c", "m=video 0 UDP/TLS/RTP/SAVPF "),
        ("a=ssrc:1 cname:c", "m=video 0 x 1\r\n" * 64),
    ],
)
def test_an_unsupported_description_is_refused(before: str, after: str) -> None:
    assert before in OFFER
    with pytest.raises(SdpError):
        sdp.parse(OFFER.replace(before, after))


@given(st.text(max_size=3000))
def test_random_text_is_refused(text: str) -> None:
    with pytest.raises(SdpError):
        sdp.parse(text)


@given(st.lists(st.sampled_from(OFFER.split("\r\n")), max_size=60), st.text(max_size=30))
def test_shuffled_lines_are_parsed_or_refused(lines: list[str], noise: str) -> None:
    try:
        sdp.parse("\r\n".join(["v=0", *lines, f"a={noise}"]))
    except SdpError:
        return


@given(st.data())
def test_a_truncated_or_changed_offer_is_parsed_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(OFFER)))
    end = data.draw(st.integers(at, len(OFFER)))
    try:
        sdp.parse(OFFER[:at] + data.draw(st.text(max_size=20)) + OFFER[end:])
    except SdpError:
        return
