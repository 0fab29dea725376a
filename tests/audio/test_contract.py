"""The contract of the audio port: the same tests for each of its implementations."""

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

pytestmark = pytest.mark.usefixtures("fast_nodes")
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
    """A Space's plan, as the database would give it, and the implementation under test."""

    name = "aSpace"

    def __init__(self) -> None:
        self.plan = RoomPlan(self.name, live=True, stage={"u1": False, "u2": True})
        self.audio: Audio
        self.events: asyncio.Queue[AudioEvent] = asyncio.Queue()

    async def plan_of(self, room: str, _callers: object) -> RoomPlan:
        return self.plan if room == self.name else RoomPlan(room)

    async def apply(self, **changes: Any) -> None:
        self.plan = replace(self.plan, **changes)
        await self.audio.reconcile(self.name)

    async def next_gone(self) -> PeerGone:
        async with asyncio.timeout(PATIENCE):
            while not isinstance(event := await self.events.get(), PeerGone):
                pass
            return event

    async def has_peers(self, count: int) -> bool:
        """Wait until there are `count` peers; a remote engine publishes the number periodically."""
        async with asyncio.timeout(PATIENCE):
            while (await self.audio.stats())["peers"] != count:
                await asyncio.sleep(0.05)
        return True

    def has_no_more_events(self) -> bool:
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


async def test_a_listener_gets_an_offer(room: Room) -> None:
    offer = await room.audio.listen(room.name, "p1", caller("u9"))
    assert offer.startswith("v=0\r\n")
    assert "a=sendonly\r\n" in offer


async def test_repeating_a_call_returns_the_same_description(room: Room) -> None:
    offer = await room.audio.listen(room.name, "p1", caller("u9"))
    assert await room.audio.listen(room.name, "p1", caller("u9")) == offer
    answer = await room.audio.speak(room.name, "p2", caller("u1"), OFFER)
    assert await room.audio.speak(room.name, "p2", caller("u1"), OFFER) == answer
    assert await room.has_peers(2)


async def test_the_browsers_answer_can_be_sent_twice(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.answer(room.name, "p1", ANSWER)
    await room.audio.answer(room.name, "p1", ANSWER)


async def test_a_speaker_gets_an_answer(room: Room) -> None:
    answer = await room.audio.speak(room.name, "p1", caller("u1"), OFFER)
    assert answer.startswith("v=0\r\n")
    assert "a=sendrecv\r\n" in answer


async def test_a_space_that_is_not_live_accepts_no_peer(room: Room) -> None:
    assert await refusal(room.audio.listen("another", "p1", caller("u9"))) == "not_live"
    assert await refusal(room.audio.speak("another", "p1", caller("u1"), OFFER)) == "not_live"


async def test_a_removed_person_cannot_listen(room: Room) -> None:
    await room.apply(removed=frozenset({"u9"}))
    assert await refusal(room.audio.listen(room.name, "p1", caller("u9"))) == "removed"


async def test_only_people_on_stage_can_speak(room: Room) -> None:
    assert await refusal(room.audio.speak(room.name, "p1", caller("u9"), OFFER)) == "not_on_stage"


async def test_a_broken_description_is_refused(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    assert await refusal(room.audio.answer(room.name, "p1", "v=1")) == "bad_description"
    assert (
        await refusal(room.audio.speak(room.name, "p2", caller("u1"), "hello")) == "bad_description"
    )


async def test_an_answer_for_an_unknown_peer_is_refused(room: Room) -> None:
    assert await refusal(room.audio.answer(room.name, "p7", ANSWER)) == "unknown_peer"


async def test_leaving_twice_emits_one_event(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.leave(room.name, "p1")
    await room.audio.leave(room.name, "p1")
    assert await room.next_gone() == PeerGone(room.name, "p1", "left")
    await room.audio.listen(room.name, "p2", caller("u9"))
    await room.audio.leave(room.name, "p2")
    assert await room.next_gone() == PeerGone(room.name, "p2", "left")


async def test_a_peer_can_be_adopted_only_by_its_own_person(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.adopt(room.name, "p1", caller("u9"))
    assert await refusal(room.audio.adopt(room.name, "p1", caller("u8"))) == "unknown_peer"
    assert await refusal(room.audio.adopt("another", "p1", caller("u9"))) == "unknown_peer"
    assert await refusal(room.audio.adopt(room.name, "p7", caller("u9"))) == "unknown_peer"
    await room.audio.leave(room.name, "p1")
    assert await room.next_gone() == PeerGone(room.name, "p1", "left")
    assert await refusal(room.audio.adopt(room.name, "p1", caller("u9"))) == "unknown_peer"


async def test_a_peer_can_switch_to_the_data_saver_and_back(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.set_quality(room.name, "p1", "saver")
    await room.audio.set_quality(room.name, "p1", "saver")
    await room.audio.set_quality(room.name, "p1", "full")
    assert await refusal(room.audio.set_quality(room.name, "p1", "loud")) == "bad_description"
    assert await refusal(room.audio.set_quality(room.name, "p7", "saver")) == "unknown_peer"


async def test_the_end_of_the_space_ends_every_peer(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.speak(room.name, "p2", caller("u1"), OFFER)
    await room.apply(live=False)
    gone = {await room.next_gone(), await room.next_gone()}
    assert gone == {PeerGone(room.name, "p1", "ended"), PeerGone(room.name, "p2", "ended")}


async def test_a_demotion_ends_only_the_speaking_peer(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.speak(room.name, "p2", caller("u2"), OFFER)
    await room.apply(stage={"u1": False})
    assert await room.next_gone() == PeerGone(room.name, "p2", "demoted")
    assert await room.has_peers(1)


async def test_a_removal_ends_the_peer_of_that_person_and_no_other(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.listen(room.name, "p2", caller("u8"))
    await room.apply(removed=frozenset({"u9"}))
    assert await room.next_gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)


async def test_disallowing_guests_ends_their_peers_and_keeps_them_out(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("gt0k3n"))
    await room.audio.listen(room.name, "p2", caller("u9"))
    await room.apply(guests=False)
    assert await room.next_gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", caller("gt0k3n"))) == "removed"


async def test_removing_an_account_also_removes_the_guest_who_signed_out_of_it(
    room: Room,
) -> None:
    await room.audio.listen(room.name, "p1", caller("gt0k3n u9"))
    await room.audio.listen(room.name, "p2", caller("gan0ther u8"))
    await room.audio.adopt(room.name, "p1", caller("gt0k3n u9"))
    await room.apply(removed=frozenset({"u9"}))
    assert await room.next_gone() == PeerGone(room.name, "p1", "removed")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", caller("gt0k3n u9"))) == "removed"


async def test_ending_a_session_ends_its_peer_and_no_other(room: Room) -> None:
    phone, other = caller("u9", "phone"), caller("u8", "laptop")
    await room.audio.listen(room.name, "p1", phone)
    await room.audio.listen(room.name, "p2", other)
    await room.apply(ended=frozenset({"phone"}))
    assert await room.next_gone() == PeerGone(room.name, "p1", "signed_out")
    assert await room.has_peers(1)
    assert await refusal(room.audio.listen(room.name, "p3", phone)) == "signed_out"


async def test_a_speaking_peer_ends_with_its_session(room: Room) -> None:
    await room.audio.speak(room.name, "p1", caller("u1", "phone"), OFFER)
    await room.apply(ended=frozenset({"phone"}))
    assert await room.next_gone() == PeerGone(room.name, "p1", "signed_out")


async def test_an_adopted_peer_belongs_to_the_session_that_adopted_it(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9", "before"))
    await room.audio.adopt(room.name, "p1", caller("u9", "after"))
    await room.apply(ended=frozenset({"before"}))
    assert await room.has_peers(1)
    await room.apply(ended=frozenset({"after"}))
    assert await room.next_gone() == PeerGone(room.name, "p1", "signed_out")


async def test_reconciling_again_changes_nothing(room: Room) -> None:
    await room.audio.listen(room.name, "p1", caller("u9"))
    await room.audio.reconcile(room.name)
    await room.audio.reconcile(room.name)
    assert await room.has_peers(1)
    assert room.has_no_more_events()
