"""The socket of a room over a real Redis, with the audio in memory."""

import json
import time
from datetime import timedelta

import pytest

from audio.interface import get_audio
from core import shared_clock
from core.sockets.close_codes import MALFORMED, NO_SPACE, REFUSED, SIGNED_OUT, TOO_FAST
from core.times import stamp
from spaces.actions import chat, lifecycle, stage
from spaces.models import Removal
from spaces.room import ice_servers
from spaces.room.events import PROTOCOL
from spaces.room.hub import get_hub
from tests.factories import make_space, make_user, put_on_stage
from tests.fixtures.room import in_thread

LISTEN = {"t": "listen"}
SPEAK = {"t": "speak", "sdp": "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"}


async def test_hello_contains_person_revision_protocol_and_time(room, space, listener):
    before = stamp(await in_thread(shared_clock.now))
    page = await room.connect(space.public_id, listener)
    hello = await page.receive("hello")
    assert before <= hello.pop("now") <= stamp(await in_thread(shared_clock.now))
    assert hello == {"t": "hello", "protocol": PROTOCOL, "rev": 1, "me": listener.key}


async def test_an_invalid_url_is_refused_like_an_unknown_space(room, space, listener):
    page = await room.connect("a/b/c", listener)
    assert (await page.receive("refused"))["code"] == "no_space"
    assert await page.close_code() == NO_SPACE


async def test_everyone_in_the_room_receives_a_message(room, space, listener):
    pages = [await room.enter(space, person) for person in (listener, space.host)]
    await in_thread(chat.send, space, author=listener, text="Good morning")
    for page in pages:
        heard = await page.receive("message")
        assert (heard["rev"], heard["text"]) == (2, "Good morning")


async def test_another_space_receives_nothing(room, space, listener):
    elsewhere = await in_thread(make_space)
    page = await room.enter(elsewhere, listener)
    await room.enter(space, space.host)
    await in_thread(chat.send, space, author=listener, text="Here")
    await in_thread(chat.send, elsewhere, author=listener, text="There")
    assert (await page.receive("message"))["text"] == "There"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://testserver.evil.example", "null"]
)
async def test_a_socket_from_another_origin_is_refused(room, space, listener, origin):
    page = await room.connect(space.public_id, listener, origin=origin)
    message = await page.socket.receive_nothing()
    assert message is True
    assert listener.key not in str(page.socket.output_queue)


async def test_a_signed_out_visitor_is_refused(room, space):
    page = await room.connect(space.public_id, None)
    assert (await page.receive("refused"))["code"] == "signed_out"
    assert await page.close_code() == SIGNED_OUT


async def test_a_removed_person_is_refused(room, space, listener):
    host = space.host
    await Removal.objects.acreate(space=space, viewer_key=listener.key, removed_by=host)
    page = await room.connect(space.public_id, listener)
    assert (await page.receive("refused"))["code"] == "removed"
    assert await page.close_code() == REFUSED


async def test_an_unknown_space_is_refused(room, listener):
    page = await room.connect("nothing", listener)
    assert await page.close_code() == NO_SPACE


async def test_the_end_of_a_space_closes_the_sockets_of_its_room(room, space, listener):
    page = await room.enter(space, listener)
    await in_thread(lifecycle.end, space, by=space.host)
    assert (await page.receive("ended"))["rev"] == 2
    assert await page.close_code() == 1000


async def test_the_audience_counts_listeners_but_not_the_stage(room, space, listener):
    page = await room.enter(space, space.host)
    await room.enter(space, listener)
    await room.enter(space, listener)
    while (heard := await page.receive("audience"))["count"] == 0:
        pass
    assert (heard["count"], [person["handle"] for person in heard["people"]]) == (1, ["lena"])


async def test_the_audience_shrinks_when_a_listener_leaves(room, space, listener):
    page = await room.enter(space, space.host)
    leaving = await room.enter(space, listener)
    while (await page.receive("audience"))["count"] == 0:
        pass
    await leaving.close()
    while (await page.receive("audience"))["count"] == 1:
        pass


async def test_a_hundred_reactions_are_announced_in_one_event(room, space, listener):
    page = await room.enter(space, listener)
    for _ in range(100):
        get_hub().react(space.public_id, listener.key, "💜")
    heard = await page.receive("reactions")
    assert (heard["counts"], heard["from"]) == ({"💜": 100}, {listener.key: "💜"})


async def test_reactions_beyond_the_rate_are_dropped_with_one_refusal(room, space, listener):
    page = await room.enter(space, listener)
    for _ in range(30):
        await page.send({"t": "react", "emoji": "👏"})
    heard = []
    await page.send({"t": "beat"})
    while not {"reactions", "beat"} <= {frame["t"] for frame in heard}:
        heard.append(json.loads(await page.socket.receive_from(5)))
    [refused] = [frame for frame in heard if frame["t"] == "refused"]
    assert (refused["code"], refused["message"]) == (
        "too_fast",
        "Too many requests. Try again in 1 s.",
    )
    counts = [frame["counts"]["👏"] for frame in heard if frame["t"] == "reactions"]
    assert sum(counts) <= 11


async def test_a_heartbeat_is_answered(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({"t": "beat"})
    assert await page.receive("beat") == {"t": "beat"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ({"t": "stage_joined", "role": "host"}, "unknown"),
        ({"t": "beat", "role": "host"}, "malformed"),
        (json.dumps({"t": "beat", "x": "y" * 70_000}), "too_large"),
    ],
)
async def test_an_invalid_frame_is_refused_and_the_socket_stays_open(
    room, space, listener, frame, code
):
    page = await room.enter(space, listener)
    await page.send(frame)
    assert (await page.receive("refused"))["code"] == code
    await page.send({"t": "beat"})
    assert await page.receive("beat")


async def test_repeated_invalid_frames_close_the_socket(room, space, listener):
    page = await room.enter(space, listener)
    for _ in range(30):
        await page.send("{")
    assert await page.close_code() == MALFORMED


async def test_a_flood_of_frames_closes_the_socket(room, space, listener):
    page = await room.enter(space, listener)
    for _ in range(90):
        await page.send({"t": "beat"})
    assert await page.close_code() == TOO_FAST


async def test_a_listener_can_answer_the_offer(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({"t": "listen", "ref": 7})
    offer = await page.receive("reply")
    assert offer["ref"] == 7
    assert "a=sendonly" in offer["sdp"]
    answer = offer["sdp"].replace("sendonly", "recvonly")
    await page.send({"t": "answer", "ref": 8, "peer": offer["peer"], "sdp": answer})
    heard = {
        frame["t"]: frame for frame in [await page.receive("reply"), await page.receive("peer_up")]
    }
    assert heard["peer_up"]["peer"] == offer["peer"]
    assert "code" not in heard["reply"]


async def test_credentials_for_the_relay_have_a_pseudonym_and_expire(
    room, space, listener, settings, monkeypatch
):
    settings.ICE_SERVERS = [{"urls": "stun:stun.example"}]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example"], "a secret of the relay"
    heard = []
    for person, asking in ((space.host, SPEAK), (listener, LISTEN), (listener, LISTEN)):
        page = await room.enter(space, person)
        await page.send({**asking, "ref": 1})
        others, relay = (await page.receive("reply"))["ice_servers"]
        assert others == {"urls": "stun:stun.example"}
        assert relay["urls"] == ["turn:relay.example"]
        expires, _, name = relay["username"].partition(":")
        assert 11 * 3600 < int(expires) - time.time() <= 12 * 3600
        heard.append(name)
        monkeypatch.setattr(ice_servers, "LIFETIME", ice_servers.LIFETIME - timedelta(minutes=1))
    speaker, listener_once, listener_again = heard
    assert listener_once == listener_again != speaker
    assert not {space.host.key, listener.key} & set(heard)


@pytest.mark.parametrize("asking", [SPEAK, LISTEN])
async def test_a_refused_person_gets_no_relay_credentials(room, space, listener, settings, asking):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example"], "a secret of the relay"
    page = await room.enter(space, listener)
    await Removal.objects.acreate(space=space, viewer_key=listener.key, removed_by=space.host)
    await page.send({**asking, "ref": 1})
    reply = await page.receive("reply")
    assert (reply["code"], reply.get("ice_servers")) == ("removed", None)


async def test_a_listener_cannot_speak(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({**SPEAK, "ref": 1})
    assert (await page.receive("reply"))["code"] == "not_allowed"


async def test_nobody_can_answer_or_hang_up_the_peer_of_another_person(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    another = await room.enter(space, await in_thread(make_user))
    await another.send({"t": "answer", "ref": 2, "peer": peer, "sdp": "v=0"})
    assert (await another.receive("reply"))["code"] == "unknown_peer"
    await another.send({"t": "hangup", "peer": peer})
    assert (await another.receive("reply"))["code"] == "unknown_peer"


async def test_a_new_socket_of_the_same_person_can_adopt_the_peer(room, space, listener):
    lost = await room.enter(space, listener)
    await lost.send({"t": "listen", "ref": 1})
    peer = (await lost.receive("reply"))["peer"]
    back = await room.enter(space, listener)
    await back.send({"t": "adopt", "ref": 2, "peer": peer})
    assert await back.receive("reply") == {"t": "reply", "ref": 2, "peer": peer}
    await lost.close()
    await get_audio().leave(space.public_id, peer)
    assert (await back.receive("peer_gone"))["peer"] == peer


async def test_a_page_can_change_the_quality_of_its_own_peer_only(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    saver = {"t": "quality", "ref": 2, "peer": peer, "quality": "saver"}
    await page.send(saver)
    assert await page.receive("reply") == {"t": "reply", "ref": 2, "peer": peer}
    assert get_audio().qualities == {peer: "saver"}
    another = await room.enter(space, await in_thread(make_user))
    await another.send({**saver, "quality": "full"})
    assert (await another.receive("reply"))["code"] == "unknown_peer"
    assert get_audio().qualities == {peer: "saver"}


async def test_nobody_can_adopt_the_peer_of_another_person(room, space, listener):
    page = await room.enter(space, listener)
    await page.send({"t": "listen", "ref": 1})
    peer = (await page.receive("reply"))["peer"]
    another = await room.enter(space, await in_thread(make_user))
    await another.send({"t": "adopt", "ref": 2, "peer": peer})
    assert (await another.receive("reply"))["code"] == "unknown_peer"


async def test_sound_moves_to_the_newest_socket_of_a_person(room, space, listener):
    first, second = [await room.enter(space, listener) for _ in range(2)]
    for page in (first, second):
        await page.send({"t": "listen", "ref": 1})
        await page.receive("reply")
    assert await first.receive("moved") == {"t": "moved"}
    await first.send({"t": "listen", "ref": 2})
    assert await second.receive("moved") == {"t": "moved"}


async def test_a_demoted_speaker_cannot_speak_any_more(room, space, listener):
    await in_thread(put_on_stage, space, listener)
    page = await room.enter(space, listener)
    await in_thread(stage.step_down, space, user=listener)
    await page.send({**SPEAK, "ref": 1})
    assert (await page.receive("reply"))["code"] == "not_allowed"
