"""What every implementation of the audio port promises, asked of each in the same words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from audio.engine import Engine
from audio.events import AudioEvent, PeerGone
from audio.interface import Audio, AudioError
from audio.memory import MemoryAudio
from audio.node import Node
from audio.plan import RoomPlan
from audio.remote import RemoteAudio
from tests.audio.callers import caller
from tests.audio.nodes import PATIENCE

pytestmark = pytest.mark.usefixtures("brisk_nodes")
PlanOf = Callable[[str], Awaitable[RoomPlan]]

DESCRIPTION = """\
v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:7sFv
a=ice-pwd:dOTZKZNVlO9RSGsEGM63JXT2
a=fingerprint:sha-256 {fingerprint}
a=setup:{setup}
a=mid:0
a={direction}
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
""".replace("\n", "\r\n")
FINGERPRINT = ":".join(["AB"] * 32)
OFFER = DESCRIPTION.format(fingerprint=FINGERPRINT, setup="actpass", direction="sendrecv")
ANSWER = DESCRIPTION.format(fingerprint=FINGERPRINT, setup="active", direction="recvonly")


class Room:
    """A Space as its database would tell it, and the implementation under test."""

    name = "aSpace"

    def __init__(self) -> None:
        self.plan = RoomPlan(self.name, live=True, stage={"u1": False, "u2": True})
        self.audio: Audio
        self.events: asyncio.Queue[AudioEvent] = asyncio.Queue()

    async def plan_of(self, room: str, _callers: object) -> RoomPlan:
        return self.plan if room == self.name else RoomPlan(room)

    async def now(self, **changes: Any) -> None:
        self.plan = replace(self.plan, **changes)
        await self.audio.reconcile(self.name)

    async def gone(self) -> PeerGone:
        async with asyncio.timeout(PATIENCE):
            while not isinstance(event := await self.events.get(), PeerGone):
                pass
            return event

    async def has_peers(self, count: int) -> bool:
        """A remote engine tells its numbers from time to time."""
        async with asyncio.timeout(PATIENCE):
            while (await self.audio.stats())["peers"] != count:
                await asyncio.sleep(0.05)
        return True

    def hears_nothing_more(self) -> bool:
        return self.events.empty()


@asynccontextmanager
async def in_memory(plan_of: PlanOf) -> AsyncIterator[Audio]:
    yield MemoryAudio(plan_of)


@asynccontextmanager
async def in_this_process(plan_of: PlanOf) -> AsyncIterator[Audio]:
    engine = Engine(plan_of=plan_of, port=0, host="127.0.0.1")
    await engine.start()
    yield engine
    await engine.stop()


@asynccontextmanager
async def on_a_node(plan_of: PlanOf) -> AsyncIterator[Audio]:
    node = Node(Engine(plan_of=plan_of, port=0, host="127.0.0.1"), name="here")
    stop = asyncio.Event()
    running = asyncio.create_task(node.run(stop))
    async with asyncio.timeout(PATIENCE):
        await node.serving.wait()
    remote = RemoteAudio()
    yield remote
    await remote.close()
    stop.set()
    await running


@pytest.fixture(
    params=[
        pytest.param(in_memory, id="memory"),
        pytest.param(in_this_process, id="engine"),
        pytest.param(on_a_node, id="remote", marks=pytest.mark.integration),
    ]
)
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    if request.param is on_a_node:
        request.getfixturevalue("redis_server")
    room = Room()
    async with request.param(room.plan_of) as room.audio:
        stop = room.audio.subscribe(room.events.put_nowait)
        yield room
        stop()


async def refusal(call: Awaitable[object]) -> str:
    with pytest.raises(AudioError) as refused:
        await call
    return refused.value.code


async def test_a_listener_is_offered_a_description(room: Room) -> None:
    offer = await room.audio.listen(room.name, "p1", caller("u9"))
    assert offer.startswith("v=0\r\n")
    assert "a=sendonly\r\n" in offer


async def test_the_same_call_again_gives_the_same_answer(room: Room) -> None:
    offer = await room.audio.listen(room.name, "p1", caller("u9"))
    assert await room.audio.listen(room.name, "p1", caller("u9")) == offer
    answer = await room.audio.speak(room.name, "p2", caller("u1"), OFFER)
    assert await room.audio.speak(room.name, "p2", caller("u1"), OFFER) == answer
    assert await room.has_peers(2)


async def test_the_browsers_answer_is_taken_also_twice(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.answer(room.name, "p1", ANSWER)
    await room.audio.answer(room.name, "p1", ANSWER)


async def test_a_speaker_gets_an_answer(room: Room) -> None:
    answer = await room.audio.speak(room.name, "p1", caller("u1"), OFFER)
    assert answer.startswith("v=0\r\n")
    assert "a=sendrecv\r\n" in answer


async def test_nobody_gets_into_a_space_that_is_not_live(room: Room) -> None:
    assert await refusal(room.audio.listen("another", "p1", caller("u9"))) == "not_live"
    assert await refusal(room.audio.speak("another", "p1", caller("u1"), OFFER)) == "not_live"


async def test_who_was_removed_stays_out(room: Room) -> None:
    await room.now(removed=frozenset({"u9"}))
    assert await refusal(room.audio.listen(room.name, "p1", caller("u9"))) == "removed"


async def test_only_the_stage_may_speak(room: Room) -> None:
    assert await refusal(room.audio.speak(room.name, "p1", caller("u9"), OFFER)) == "not_on_stage"


async def test_a_broken_description_is_refused(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    assert await refusal(room.audio.answer(room.name, "p1", "v=1")) == "bad_description"
    assert (
        await refusal(room.audio.speak(room.name, "p2", caller("u1"), "hello")) == "bad_description"
    )


async def test_an_answer_needs_a_peer(room: Room) -> None:
    assert await refusal(room.audio.answer(room.name, "p7", ANSWER)) == "unknown_peer"


async def test_who_leaves_is_gone_once(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.leave(room.name, "p1")
    await room.audio.leave(room.name, "p1")
    assert await room.gone() == PeerGone(room.name, "p1", "left")
    await room.audio.listen(room.name, "p2", caller("u9"))
    await room.audio.leave(room.name, "p2")
    assert await room.gone() == PeerGone(room.name, "p2", "left")


async def test_a_living_peer_is_adopted_by_its_person_alone(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.adopt(room.name, "p1", caller("u9"))
    assert await refusal(room.audio.adopt(room.name, "p1", caller("u8"))) == "unknown_peer"
    assert await refusal(room.audio.adopt("another", "p1", caller("u9"))) == "unknown_peer"
    assert await refusal(room.audio.adopt(room.name, "p7", caller("u9"))) == "unknown_peer"
    await room.audio.leave(room.name, "p1")
    assert await room.gone() == PeerGone(room.name, "p1", "left")
    assert await refusal(room.audio.adopt(room.name, "p1", caller("u9"))) == "unknown_peer"


async def test_a_peer_may_hear_with_less_data(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.set_quality(room.name, "p1", "saver")
    await room.audio.set_quality(room.name, "p1", "saver")
    await room.audio.set_quality(room.name, "p1", "full")
    assert await refusal(room.audio.set_quality(room.name, "p1", "loud")) == "bad_description"
    assert await refusal(room.audio.set_quality(room.name, "p7", "saver")) == "unknown_peer"


async def test_the_end_of_the_space_ends_every_peer(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.speak(room.name, "p2", caller("u1"), OFFER)
    await room.now(live=False)
    gone = {await room.gone(), await room.gone()}
    assert gone == {PeerGone(room.name, "p1", "ended"), PeerGone(room.name, "p2", "ended")}


async def test_a_demotion_ends_the_speaking_peer_only(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.speak(room.name, "p2", caller("u2"), OFFER)
    await room.now(stage={"u1": False})
    assert await room.gone() == PeerGone(room.name, "p2", "demoted")
    assert await room.has_peers(1)


async def test_a_removal_ends_all_peers_of_that_person(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.listen(room.name, "p2", caller("u8"))
    await room.now(removed=frozenset({"u9"}))
    assert await room.gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)


async def test_closing_to_guests_ends_their_peers_and_keeps_them_out(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("gt0k3n"))
    await room.audio.listen(room.name, "p2", caller("u9"))
    await room.now(guests=False)
    assert await room.gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", caller("gt0k3n"))) == "removed"


async def test_what_shuts_out_an_account_shuts_out_the_guest_who_signed_out_of_it(
    room: Room,
) -> None:
    await room.audio.listen(room.name, "p1", caller("gt0k3n u9"))
    await room.audio.listen(room.name, "p2", caller("gan0ther u8"))
    await room.audio.adopt(room.name, "p1", caller("gt0k3n u9"))
    await room.now(removed=frozenset({"u9"}))
    assert await room.gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", caller("gt0k3n u9"))) == "removed"


async def test_a_peer_ends_with_its_session_and_no_other_does(room: Room) -> None:
    phone, other = caller("u9", "phone"), caller("u8", "laptop")
    await room.audio.listen(room.name, "p1", phone)
    await room.audio.listen(room.name, "p2", other)
    await room.now(ended=frozenset({"phone"}))
    assert await room.gone() == PeerGone(room.name, "p1", "signed_out")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", phone)) == "signed_out"


async def test_a_speaking_peer_ends_with_its_session(room: Room) -> None:
    await room.audio.speak(room.name, "p1", caller("u1", "phone"), OFFER)
    await room.now(ended=frozenset({"phone"}))
    assert await room.gone() == PeerGone(room.name, "p1", "signed_out")


async def test_whoever_adopts_a_peer_holds_it_by_their_session(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9", "before"))
    await room.audio.adopt(room.name, "p1", caller("u9", "after"))
    await room.now(ended=frozenset({"before"}))
    assert await room.has_peers(1)
    await room.now(ended=frozenset({"after"}))
    assert await room.gone() == PeerGone(room.name, "p1", "signed_out")


async def test_looking_again_changes_nothing(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.reconcile(room.name)
    await room.audio.reconcile(room.name)
    assert await room.has_peers(1)
    assert room.hears_nothing_more()
