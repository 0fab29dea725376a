"""Connections to the engine over real UDP: handshakes, changes of network, hostile packets."""

import asyncio
import secrets

import pytest

from tests.audio.call import AUDIBLE, loudness, talk
from tests.audio.callers import caller
from tests.audio.stage import open_stage
from tests.audio.webrtc_client import Client

pytestmark = pytest.mark.integration

HANDSHAKE = 22  # the content type of a DTLS record


@pytest.mark.parametrize("setup", ["active", "passive"])
async def test_either_side_can_start_the_handshake(setup: str) -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana", setup=setup)
        eve = await stage.listener("eve", setup=setup)
        await asyncio.gather(ana.receive_packets(2), eve.receive_packets(2))

        assert (await stage.engine.stats())["peers"] == 2


@pytest.mark.parametrize("setup", ["active", "passive"])
async def test_a_handshake_survives_lost_datagrams(setup: str) -> None:
    class LossyClient(Client):
        """Loses the first two handshake datagrams in each direction."""

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
        eve = LossyClient(setup=setup)
        offer = await stage.engine.listen("r", "eve", caller("eve"))
        await stage.engine.answer("r", "eve", eve.answer(offer))
        await eve.connect()
        await eve.receive_packets(2)
        assert (eve.lost_in, eve.lost_out) == (2, 2)
        eve.close()


async def test_ipv6_and_ipv4_are_answered_on_one_port() -> None:
    async with open_stage(host="::") as stage:
        four = await stage.listener("four", host="127.0.0.1")
        six = await stage.listener("six", host="::1")
        other = await stage.listener("other", host="127.0.0.2")
        await asyncio.gather(
            four.receive_packets(2), six.receive_packets(2), other.receive_packets(2)
        )


async def test_a_call_survives_a_change_of_network() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        for client in (ana, eve):
            before, asked = await client.receive_packets(2), client.probes
            client.roam()
            after = await client.receive_packets(3)
            assert client.probes > asked
            assert after[-1].ssrc == before[-1].ssrc
        await talk(ana, 600, 60)

        assert loudness(eve, 600) > AUDIBLE
        assert stage.ended_peers == []


async def test_a_check_from_a_forged_address_does_not_redirect_the_sound() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        own, asked = eve.socket, eve.probes
        eve.socket = stage.client().socket  # nobody there answers the engine's checks
        asyncio.get_running_loop().remove_reader(eve.socket)
        eve.check()
        eve.socket = own
        await eve.receive_packets(3)

        assert eve.probes == asked


async def test_a_wrong_fingerprint_is_refused() -> None:
    async with open_stage() as stage:
        eve = stage.client()
        eve.fingerprint = secrets.token_bytes(32)
        await stage.engine.answer(
            "r", "e", eve.answer(await stage.engine.listen("r", "e", caller("eve")))
        )
        await eve.connect()  # the client cannot know yet that it is refused
        await eve.until(lambda: eve.is_closed)

        assert eve.received == []
        assert stage.ended_peers == [("e", "failed")]


async def test_garbage_packets_do_not_disturb_the_room() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        mallory = stage.client()
        mallory.accept(await stage.engine.listen("r", "m", caller("mallory")))
        firsts = [0, 1, 20, 22, 63, 128, 160, 200, 255]
        for i in range(3000):
            garbage = bytes([firsts[i % len(firsts)]]) + secrets.token_bytes(i % 1400)
            mallory.send_raw(garbage)
            ana.send_raw(garbage)
            if i % 1000 == 0:
                await eve.receive_packets(1)
        await talk(ana, 600, 60)
        heard = eve.received

        assert [packet.sequence_number for packet in heard] == [
            heard[0].sequence_number + i for i in range(len(heard))
        ]
        assert loudness(eve, 600) > AUDIBLE
        assert stage.ended_peers == []
