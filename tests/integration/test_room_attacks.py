"""Attacks through the socket: other roles, forged ids, replays, floods, stale tabs."""

import asyncio
import logging

import pytest

from audio.interface import get_audio
from core.sockets.close_codes import REFUSED, SIGNED_OUT, TOO_FAST
from spaces.actions import chat, removals, stage
from spaces.models import Role
from spaces.room.frames import FRAMES
from tests.factories import make_user, put_on_stage
from tests.fixtures.room import in_thread

SDP = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
SPEAK = {"t": "speak", "ref": 1, "sdp": SDP}
ATTEMPTS = {  # each kind of frame that gets a reply, well-formed
    "beat": {"t": "beat"},
    "listen": {"t": "listen", "ref": 1},
    "speak": SPEAK,
    "answer": {"t": "answer", "ref": 1, "peer": "not-mine", "sdp": SDP},
    "adopt": {"t": "adopt", "ref": 1, "peer": "not-mine"},
    "quality": {"t": "quality", "ref": 1, "peer": "not-mine", "quality": "full"},
    "hangup": {"t": "hangup", "peer": "not-mine"},
    "hls": {"t": "hls", "ref": 1},
}


@pytest.fixture
def member(transactional_db):
    return make_user("gus")


def test_the_list_of_frame_kinds_is_complete():
    assert FRAMES.keys() == {*ATTEMPTS, "react", "read_captions"}


@pytest.mark.parametrize(
    ("role", "speaks"),
    [(Role.HOST, ""), (Role.COHOST, ""), (Role.SPEAKER, ""), (Role.LISTENER, "not_allowed")],
)
async def test_frames_follow_the_table_of_rights(room, space, host, member, role, speaks):
    if role == Role.HOST:
        member = host
    elif role != Role.LISTENER:
        await in_thread(put_on_stage, space, member, role)
    page = await room.enter(space, member)
    codes = {}
    for kind, frame in ATTEMPTS.items():
        await page.send(frame)
        answer = await page.receive("beat" if kind == "beat" else "reply")
        codes[kind] = answer.get("code", "")
    assert codes == {
        "beat": "",
        "listen": "",
        "speak": speaks,
        "answer": "unknown_peer",
        "adopt": "unknown_peer",
        "quality": "unknown_peer",
        "hangup": "unknown_peer",
        "hls": "",
    }


async def test_frames_of_a_person_who_is_not_admitted_are_ignored(room, space, host, member):
    await in_thread(removals.remove, space, user=member, by=host)
    page = await room.connect(space.public_id, member)
    for frame in ATTEMPTS.values():
        await page.send(frame)
    assert (await page.receive("refused"))["code"] == "removed"
    assert await page.close_code() == REFUSED
    assert get_audio().peers_of(space.public_id) == {}


async def test_opening_too_many_sockets_is_refused(room, space, member, host):
    connected = await room.enter(space, host)
    for _ in range(30):
        await room.enter(space, member)
    page = await room.connect(space.public_id, member)
    assert (await page.receive("refused"))["code"] == "too_fast"
    assert await page.close_code() == TOO_FAST
    await connected.send({"t": "beat"})
    await connected.receive("beat")


async def test_a_flood_from_one_network_does_not_affect_other_networks(room, space):
    for _ in range(30):
        page = await room.connect(space.public_id, None, client="192.0.2.7")
        assert await page.close_code() == SIGNED_OUT
    page = await room.connect(space.public_id, None, client="192.0.2.7")
    assert await page.close_code() == TOO_FAST
    elsewhere = await room.connect(space.public_id, None, client="192.0.2.8")
    assert (await elsewhere.receive("refused"))["code"] == "signed_out"
    assert await elsewhere.close_code() == SIGNED_OUT


async def test_a_lone_surrogate_is_refused_without_a_traceback(room, space, host, caplog):
    page = await room.enter(space, host)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    half = SDP + "\ud800"
    for frame in (
        {**SPEAK, "sdp": half},
        {"t": "answer", "ref": 2, "peer": peer, "sdp": half},
        {"t": "adopt", "ref": 3, "peer": "\ud800"},
    ):
        await page.send(frame)  # encoded as a JSON escape
        assert (await page.receive("refused"))["code"] == "malformed"
    await page.send({"t": "beat"})
    assert await page.receive("beat")
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("field", ["person", "who", "key", "role"])
async def test_nobody_can_speak_as_another_person(room, space, host, member, field):
    page = await room.enter(space, member)
    await page.send({**SPEAK, field: host.key})
    assert (await page.receive("refused"))["code"] == "malformed"
    assert get_audio().peers_of(space.public_id) == {}


async def test_signalling_replayed_on_another_socket_does_nothing(room, space, member):
    page, replaying = [await room.enter(space, member) for _ in range(2)]
    await page.send({"t": "listen", "ref": 1})
    offer = await page.receive("reply")
    for kind in ({"t": "answer", "ref": 2, "sdp": offer["sdp"]}, {"t": "hangup"}):
        await replaying.send({**kind, "peer": offer["peer"]})
        assert (await replaying.receive("reply"))["code"] == "unknown_peer"
    assert get_audio().peers_of(space.public_id) == {offer["peer"]: member.key}


async def test_nobody_can_adopt_or_hang_up_the_peer_of_another_person(room, space, host, member):
    page = await room.enter(space, host)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    another = await room.enter(space, member)
    for kind in ("adopt", "hangup"):
        await another.send({**ATTEMPTS[kind], "peer": peer})
        assert (await another.receive("reply"))["code"] == "unknown_peer"
    assert get_audio().peers_of(space.public_id) == {peer: host.key}


async def test_an_answer_replayed_after_hanging_up_does_nothing(room, space, member):
    page = await room.enter(space, member)
    await page.send({"t": "listen", "ref": 1})
    offer = await page.receive("reply")
    answer = {"t": "answer", "ref": 2, "peer": offer["peer"], "sdp": offer["sdp"]}
    await page.send(answer)
    assert "code" not in await page.receive("reply")
    await page.send({"t": "hangup", "peer": offer["peer"]})
    await page.receive("reply")
    await page.send(answer)
    assert (await page.receive("reply"))["code"] == "unknown_peer"
    assert get_audio().peers_of(space.public_id) == {}


async def test_a_stale_tab_of_a_former_speaker_can_only_listen(room, space, host, member):
    await in_thread(put_on_stage, space, member)
    page = await room.enter(space, member)
    await in_thread(stage.move_to_listeners, space, user=member, by=host)
    await page.send(SPEAK)
    assert (await page.receive("reply"))["code"] == "not_allowed"
    await page.send({"t": "listen", "ref": 2})
    assert "code" not in await page.receive("reply")


async def test_a_removed_person_is_disconnected_on_every_device_and_stays_out(
    room, space, host, member
):
    pages = [await room.enter(space, member) for _ in range(2)]
    other = await room.enter(space, host)
    await in_thread(removals.remove, space, user=member, by=host)
    assert [await page.close_code() for page in pages] == [REFUSED, REFUSED]
    again = await room.connect(space.public_id, member)
    assert (await again.receive("refused"))["code"] == "removed"
    assert (await other.receive("removed"))["who"] == member.key
    await other.send({"t": "beat"})
    assert await other.receive("beat")


async def test_a_socket_that_opens_during_a_removal_is_closed(room, space, host, member):
    removing = in_thread(removals.remove, space, user=member, by=host)
    opening = [room.connect(space.public_id, member) for _ in range(4)]
    *pages, _ = await asyncio.gather(*opening, removing)
    assert [await page.close_code() for page in pages] == [REFUSED] * 4


async def test_a_removal_while_redis_is_down_closes_the_socket_later(
    room, space, host, member, redis_server
):
    page = await room.enter(space, member)
    await in_thread(redis_server.stop)
    await in_thread(removals.remove, space, user=member, by=host)
    await in_thread(redis_server.start)
    assert (await page.receive("refused", timeout=15))["code"] == "removed"
    assert await page.close_code() == REFUSED


async def test_a_flood_of_frames_is_logged_once_and_does_not_disturb_the_room(
    room, space, host, member, caplog
):
    caplog.set_level(logging.INFO, logger="core.sockets.consumer")
    page = await room.enter(space, member)
    other = await room.enter(space, host)
    for _ in range(100):
        await page.send(SPEAK)
    assert await page.close_code() == TOO_FAST
    events = [record.msg["event"] for record in caplog.records]
    assert events.count("frame_refused") == 1
    await in_thread(chat.send, space, author=host, text="Where were we?")
    assert (await other.receive("message"))["text"] == "Where were we?"
