import pytest

from audio.transport import sdp
from audio.transport.offer import LocalDescription, build_answer, build_offer
from audio.transport.sections import SdpError
from tests.audio.transport.test_sdp import FINGERPRINT, OFFER

LOCAL = LocalDescription(
    "ours", "p" * 32, FINGERPRINT, ("192.0.2.1", "2001:db8::1", "127.0.0.1"), 7000, 5
)


def test_our_own_offer_can_be_parsed() -> None:
    description = sdp.parse(build_offer(LOCAL))

    assert (description.ufrag, description.password) == ("ours", "p" * 32)
    assert (description.setup, description.direction) == ("actpass", "sendonly")


def test_our_offer_lists_every_address_and_ends_the_candidates() -> None:
    lines = build_offer(LOCAL).split("\r\n")

    assert [line for line in lines if "candidate" in line] == [
        "a=candidate:1 1 udp 2130706175 192.0.2.1 7000 typ host",
        "a=candidate:2 1 udp 2130705919 2001:db8::1 7000 typ host",
        "a=candidate:3 1 udp 2130705663 127.0.0.1 7000 typ host",
        "a=end-of-candidates",
    ]
    assert "a=ice-lite" in lines
    assert "a=fmtp:111 minptime=10;useinbandfec=1;sprop-stereo=1" in lines


def test_the_answer_keeps_the_offers_numbers() -> None:
    offered = sdp.parse(OFFER.replace("111", "120").replace("a=mid:0", "a=mid:voice"))
    answer = sdp.parse(build_answer(LOCAL, offered))

    assert (answer.payload_type, answer.mid, answer.audio_level_id) == (120, "voice", 1)
    assert (answer.direction, answer.setup) == ("sendrecv", "passive")


@pytest.mark.parametrize(("theirs", "ours"), [("passive", "active"), ("active", "passive")])
def test_the_answer_takes_the_other_role(theirs: str, ours: str) -> None:
    offered = sdp.parse(OFFER.replace("actpass", theirs))

    assert sdp.parse(build_answer(LOCAL, offered)).setup == ours


def test_a_speakers_offer_that_sends_nothing_is_refused() -> None:
    with pytest.raises(SdpError):
        build_answer(LOCAL, sdp.parse(OFFER.replace("sendrecv", "recvonly")))
