"""The engine over real UDP on this machine, with small Python peers at the other end."""

import asyncio
import gc
import secrets
import weakref

import numpy as np
import pytest

from spaces.audio.interface import AudioError, PeerGone, PeerUp, RoomPlan, Talkers
from spaces.audio.mixing.opus import FRAME, RATE, Decoder, Encoder
from tests.audio.stage import Stage, open_stage
from tests.audio.webrtc_client import Client

pytestmark = pytest.mark.integration

HANDSHAKE = 22  # the content type of a DTLS record
# dB; a machine that is busy elsewhere makes the jitter buffer conceal, which smears a tone a little
HEARD, GONE = -45.0, -70.0


def packets_of(hz: int, count: int) -> list[bytes]:
    encoder = Encoder(bitrate=32_000)
    tone = 0.3 * np.sin(2 * np.pi * hz * np.arange(count * FRAME) / RATE).astype(np.float32)
    return [encoder.encode(tone[i * FRAME : (i + 1) * FRAME]) for i in range(count)]


async def talk(client: Client, hz: int, count: int) -> None:
    """Send a tone in real time, paced by what the client hears."""
    for packet in packets_of(hz, count):
        client.speak(packet)
        await client.hear(1)


def loudness(client: Client, hz: int, last: int = 25) -> float:
    """The level of a tone in the last packets heard, in dB."""
    decoder = Decoder()
    packets = client.received[-2 * last :]
    pcm = np.concatenate([decoder.decode(each.payload, FRAME) for each in packets])[-last * FRAME :]
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) / len(pcm)
    bin_ = round(hz * len(pcm) / RATE)
    return float(20 * np.log10(spectrum[bin_ - 2 : bin_ + 3].max() + 1e-9))


def goodbyes(stage: Stage) -> list[tuple[str, str]]:
    return [(event.peer, event.reason) for event in stage.events if isinstance(event, PeerGone)]


async def test_a_listener_receives_every_packet_in_order() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        heard = await eve.hear(100)

    first = heard[0]
    assert [packet.sequence_number for packet in heard] == [
        first.sequence_number + i for i in range(100)
    ]
    assert [packet.timestamp for packet in heard] == [
        (first.timestamp + 960 * i) % (1 << 32) for i in range(100)
    ]
    assert {packet.ssrc for packet in heard} == {first.ssrc}
    assert first.sequence_number < (1 << 14) + 100
    assert stage.events[0] == PeerUp("r", "eve")


async def test_each_listener_has_numbers_of_their_own() -> None:
    async with open_stage() as stage:
        streams = [(await (await stage.listener(f"p{i}")).hear(1))[0] for i in range(4)]

    assert len({packet.ssrc for packet in streams}) == 4
    assert len({packet.sequence_number for packet in streams}) > 1


async def test_speakers_hear_each_other_and_not_themselves() -> None:
    async with open_stage() as stage:
        ana, ben = await stage.speaker("ana"), await stage.speaker("ben")
        eve = await stage.listener("eve")
        await asyncio.gather(talk(ana, 600, 100), talk(ben, 1000, 100))

        assert loudness(ana, 1000) > HEARD > GONE > loudness(ana, 600)
        assert loudness(ben, 600) > HEARD > GONE > loudness(ben, 1000)
        assert min(loudness(eve, 600), loudness(eve, 1000)) > HEARD
        assert Talkers("r", ("ana", "ben")) in stage.events


async def test_rooms_do_not_hear_each_other() -> None:
    async with open_stage() as stage:
        ana, next_door = await stage.speaker("ana"), await stage.listener("eve", room="other")
        await talk(ana, 600, 60)
        await next_door.hear(20)

        assert loudness(next_door, 600) < GONE
        assert set(stage.engine.rooms) == {"r", "other"}


async def test_a_muted_person_is_silent_whatever_their_browser_sends() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        await stage.change(stage={"ana": True})
        await talk(ana, 600, 60)

        assert loudness(eve, 600) < GONE
        assert [event for event in stage.events if isinstance(event, Talkers)] == []


async def test_someone_on_stage_does_not_hear_themselves_on_an_older_connection() -> None:
    async with open_stage() as stage:
        await stage.change(stage={})
        listening = await stage.listener("ana", "old")
        await stage.change(stage={"ana": False})
        speaking = await stage.speaker("ana", "new")
        await talk(speaking, 600, 80)
        await listening.hear(1)

        assert loudness(listening, 600) < GONE


async def test_a_connection_counts_on_when_its_person_goes_on_stage_and_back() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await eve.hear(5)
        for on_stage in ({"eve": True}, {}):
            await stage.change(stage=on_stage)
            await eve.hear(5)

    first = eve.received[0].sequence_number
    assert [packet.sequence_number - first for packet in eve.received] == list(
        range(len(eve.received))
    )


async def test_the_last_to_leave_silences_the_talkers() -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana")
        await talk(ana, 600, 60)
        await stage.engine.leave("r", "ana")

    assert [event for event in stage.events if isinstance(event, Talkers)] == [
        Talkers("r", ("ana",)),
        Talkers("r", ()),
    ]


async def test_a_newer_connection_takes_the_voice_over_once_it_speaks() -> None:
    async with open_stage() as stage:
        old, eve = await stage.speaker("ana", "old"), await stage.listener("eve")
        new = await stage.speaker("ana", "new")
        await talk(old, 600, 60)
        assert loudness(eve, 600) > HEARD
        await asyncio.gather(talk(old, 600, 80), talk(new, 1000, 80))
        assert loudness(eve, 1000) > HEARD
        assert loudness(eve, 600) < GONE


async def test_a_stopped_engine_says_goodbye() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.engine.stop()
        await eve.until(lambda: eve.is_closed)

        assert goodbyes(stage) == [("eve", "lost")]


@pytest.mark.parametrize("setup", ["active", "passive"])
async def test_either_side_may_open_the_handshake(setup: str) -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana", setup=setup)
        eve = await stage.listener("eve", setup=setup)
        await asyncio.gather(ana.hear(5), eve.hear(5))

        assert (await stage.engine.stats())["peers"] == 2


@pytest.mark.parametrize("setup", ["active", "passive"])
async def test_a_handshake_survives_what_gets_lost(setup: str) -> None:
    class Unlucky(Client):
        """Loses the first two handshake datagrams each way."""

        lost_in = lost_out = 0

        def send_raw(self, data: bytes) -> None:
            if data[0] == HANDSHAKE and self.lost_out < 2:
                self.lost_out += 1
            else:
                super().send_raw(data)

        def _dispatch(self, data: bytes) -> None:
            if data[0] == HANDSHAKE and self.lost_in < 2:
                self.lost_in += 1
            else:
                super()._dispatch(data)

    async with open_stage() as stage:
        eve = Unlucky(setup=setup)
        offer = await stage.engine.listen("r", "eve", "eve")
        await stage.engine.answer("r", "eve", eve.answer(offer))
        await eve.connect()
        await eve.hear(5)
        assert (eve.lost_in, eve.lost_out) == (2, 2)
        eve.close()


async def test_ipv6_and_ipv4_are_answered_on_one_port() -> None:
    async with open_stage(host="::") as stage:
        four = await stage.listener("four", host="127.0.0.1")
        six = await stage.listener("six", host="::1")
        other = await stage.listener("other", host="127.0.0.2")
        await asyncio.gather(four.hear(10), six.hear(10), other.hear(10))


async def test_a_phone_that_changes_its_network_keeps_its_call() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        for client in (ana, eve):
            before = await client.hear(5)
            client.roam()
            after = await client.hear(20)
            assert client.probes > 0
            assert after[-1].ssrc == before[-1].ssrc
        await talk(ana, 600, 60)

        assert loudness(eve, 600) > HEARD
        assert goodbyes(stage) == []


async def test_a_check_from_a_forged_address_does_not_turn_the_sound_there() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        own = eve.socket
        eve.socket = stage.client().socket  # whose reader does not know what is asked of it
        asyncio.get_running_loop().remove_reader(eve.socket)
        eve.check()
        eve.socket = own
        await eve.hear(20)

        assert eve.probes == 0


async def test_a_wrong_fingerprint_is_refused() -> None:
    async with open_stage() as stage:
        eve = stage.client()
        eve.fingerprint = secrets.token_bytes(32)
        await stage.engine.answer("r", "e", eve.answer(await stage.engine.listen("r", "e", "eve")))
        await eve.connect()  # the client cannot know yet
        await eve.until(lambda: eve.is_closed)

        assert eve.received == []
        assert goodbyes(stage) == [("e", "failed")]


async def test_who_is_removed_hears_nothing_more_and_does_not_come_back() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.change(removed=frozenset({"eve"}))
        await eve.until(lambda: eve.is_closed)

        assert goodbyes(stage) == [("eve", "removed")]
        with pytest.raises(AudioError, match="removed"):
            await stage.engine.listen("r", "again", "eve")


async def test_who_is_demoted_loses_the_speaking_connection_only() -> None:
    async with open_stage() as stage:
        ana, ear = await stage.speaker("ana", "mouth"), await stage.listener("ana", "ear")
        await stage.change(stage={"ben": False})
        await ana.until(lambda: ana.is_closed)
        await ear.hear(5)

        assert goodbyes(stage) == [("mouth", "demoted")]
        with pytest.raises(AudioError, match="not_on_stage"):
            await stage.engine.speak("r", "again", "ana", stage.client().offer())


async def test_the_end_of_the_space_ends_every_connection() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        stage.plan = RoomPlan("r")
        await stage.engine.reconcile("r")
        await ana.until(lambda: ana.is_closed)
        await eve.until(lambda: eve.is_closed)

        assert goodbyes(stage) == [("ana", "ended"), ("eve", "ended")]
        assert stage.engine.rooms == ()
        with pytest.raises(AudioError, match="not_live"):
            await stage.engine.listen("r", "again", "eve")


async def test_a_fourth_connection_of_one_person_drops_the_oldest() -> None:
    async with open_stage() as stage:
        first = await stage.listener("eve", "1")
        for peer in ("2", "3", "4"):
            await stage.listener("eve", peer)
        await first.until(lambda: first.is_closed)

        assert goodbyes(stage) == [("1", "moved")]


async def test_who_says_goodbye_is_gone_at_once() -> None:
    async with open_stage() as stage:
        eve, dan = await stage.listener("eve"), await stage.listener("dan")
        eve.hang_up()
        await dan.until(lambda: goodbyes(stage) != [])

        assert goodbyes(stage) == [("eve", "left")]


async def test_leaving_twice_is_leaving_once() -> None:
    async with open_stage() as stage:
        await stage.listener("eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("nowhere", "eve")

        assert goodbyes(stage) == [("eve", "left")]


async def test_who_is_gone_leaves_nothing_behind() -> None:
    """Without the collector: on a busy node it does not look at what is old."""
    async with open_stage() as stage:
        dan = await stage.listener("dan")
        gc.collect()
        gc.disable()
        try:
            gone = []
            for person in ("ana", "eve"):
                join = stage.speaker if person == "ana" else stage.listener
                client = await join(person)
                await client.hear(5)
                client.report(0.1)
                room = stage.engine._rooms.get("r")
                peer = room.peers[person]
                gone += [weakref.ref(peer), weakref.ref(peer._media), weakref.ref(peer._dtls)]
                del peer
                client.hang_up()
            await dan.hear(110)  # the room's round of reports has forgotten them too
            assert [reference() for reference in gone] == [None] * 6
        finally:
            gc.enable()


async def test_every_call_may_be_repeated() -> None:
    async with open_stage() as stage:
        engine, eve, ana = stage.engine, stage.client(), stage.client()
        offer = await engine.listen("r", "e", "eve")
        assert await engine.listen("r", "e", "eve") == offer
        answer = eve.answer(offer)
        await engine.answer("r", "e", answer)
        await engine.answer("r", "e", answer)
        ours = ana.offer()
        theirs = await engine.speak("r", "a", "ana", ours)
        assert await engine.speak("r", "a", "ana", ours) == theirs
        assert (await engine.stats())["peers"] == 2


async def test_what_is_refused_says_why() -> None:
    async with open_stage(max_peers=2) as stage:
        engine = stage.engine
        offer = stage.client().offer()
        await engine.listen("r", "e", "eve")

        async def refused(call: object) -> str:
            with pytest.raises(AudioError) as caught:
                await call
            return caught.value.code

        assert await refused(engine.listen("r", "e", "mallory")) == "unknown_peer"
        assert await refused(engine.answer("r", "nobody", offer)) == "unknown_peer"
        assert await refused(engine.answer("nowhere", "e", offer)) == "unknown_peer"
        assert await refused(engine.answer("r", "e", offer)) == "bad_description"
        assert await refused(engine.answer("r", "e", "v=0\r\n" * 20_000)) == "bad_description"
        assert await refused(engine.speak("r", "a", "ana", "hello")) == "bad_description"
        assert await refused(engine.speak("r", "s", "stranger", offer)) == "not_on_stage"
        await engine.speak("r", "a", "ana", offer)
        assert await refused(engine.listen("r", "d", "dan")) == "full"


async def test_garbage_leaves_the_room_alone() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        mallory = stage.client()
        mallory.accept(await stage.engine.listen("r", "m", "mallory"))
        firsts = [0, 1, 20, 22, 63, 128, 160, 200, 255]
        for i in range(3000):
            garbage = bytes([firsts[i % len(firsts)]]) + secrets.token_bytes(i % 1400)
            mallory.send_raw(garbage)
            ana.send_raw(garbage)
            if i % 100 == 0:
                await eve.hear(1)
        heard = await eve.hear(50)
        await talk(ana, 600, 60)

        assert [packet.sequence_number for packet in heard] == [
            heard[0].sequence_number + i for i in range(50)
        ]
        assert loudness(eve, 600) > HEARD
        assert goodbyes(stage) == []


async def test_the_browsers_reports_are_counted() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await eve.hear(1)
        eve.report(0.25, packets_lost=7)
        await eve.until(lambda: len(eve.reports) > 0)
        await eve.hear(5)

        assert (await stage.engine.stats())["packets_lost"] == 7
        assert eve.reports[0].ssrc == eve.received[0].ssrc


async def test_a_speaker_is_told_what_was_lost() -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana")
        packets = packets_of(600, 20)
        for i, packet in enumerate(packets):
            if i == 10:
                ana.stream.sequence_number += 5
            ana.speak(packet)
        await ana.until(lambda: any(report.blocks for report in ana.reports))

        block = next(report.blocks[0] for report in ana.reports if report.blocks)
        assert (block.ssrc, block.packets_lost) == (ana.stream.ssrc, 5)
        assert block.fraction_lost == pytest.approx(5 / 25, abs=1 / 256)
