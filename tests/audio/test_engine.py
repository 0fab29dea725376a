"""The engine over real UDP: repeated calls, refusals, RTCP reports."""

import pytest

from audio.interface import AudioError
from tests.audio.call import packets_of
from tests.audio.callers import caller
from tests.audio.stage import open_stage

pytestmark = pytest.mark.integration


async def test_listen_answer_and_speak_can_be_repeated() -> None:
    async with open_stage() as stage:
        engine, eve, ana = stage.engine, stage.client(), stage.client()
        offer = await engine.listen("r", "e", caller("eve"))
        assert await engine.listen("r", "e", caller("eve")) == offer
        answer = eve.answer(offer)
        await engine.answer("r", "e", answer)
        await engine.answer("r", "e", answer)
        ours = ana.offer()
        theirs = await engine.speak("r", "a", caller("ana"), ours)
        assert await engine.speak("r", "a", caller("ana"), ours) == theirs
        assert (await engine.stats())["peers"] == 2


async def test_refused_calls_raise_an_error_with_a_code() -> None:
    async with open_stage(max_peers=2) as stage:
        engine = stage.engine
        offer = stage.client().offer()
        await engine.listen("r", "e", caller("eve"))

        async def refused(call: object) -> str:
            with pytest.raises(AudioError) as caught:
                await call
            return caught.value.code

        assert await refused(engine.listen("r", "e", caller("mallory"))) == "unknown_peer"
        assert await refused(engine.answer("r", "nobody", offer)) == "unknown_peer"
        assert await refused(engine.answer("nowhere", "e", offer)) == "unknown_peer"
        assert await refused(engine.answer("r", "e", offer)) == "bad_description"
        assert await refused(engine.answer("r", "e", "v=0\r\n" * 20_000)) == "bad_description"
        assert await refused(engine.speak("r", "a", caller("ana"), "hello")) == "bad_description"
        assert await refused(engine.speak("r", "s", caller("stranger"), offer)) == "not_on_stage"
        await engine.speak("r", "a", caller("ana"), offer)
        assert await refused(engine.listen("r", "d", caller("dan"))) == "full"


async def test_loss_reported_by_a_listener_is_counted() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await eve.receive_packets(1)
        eve.report(0.25, packets_lost=7)
        await eve.until(lambda: len(eve.reports) > 0)
        await eve.receive_packets(2)

        assert (await stage.engine.stats())["packets_lost"] == 7
        assert eve.reports[0].ssrc == eve.received[0].ssrc


async def test_a_speaker_receives_reports_of_lost_packets() -> None:
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
