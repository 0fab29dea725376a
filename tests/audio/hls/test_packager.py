"""The packager as a process: a node sends it the sound of a Space, and it writes segments."""

import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from audio.hls import demand
from audio.hls.playlist import Playlist
from audio.mixing.opus import RATE
from audio.remote import RemoteAudio
from config.redis_server import RedisServer
from core import redis_clients
from tests.audio.cascading import write_plan
from tests.audio.hls.playing import play
from tests.audio.hls.processes import log_of, packager
from tests.audio.ports import free_ports
from tests.audio.sound import strength
from tests.audio.test_cascade import ANA, ROOM, START_PATIENCE, Page, beats, until
from tests.audio.test_command import node

pytestmark = pytest.mark.integration

QUIET = -60  # dBFS


class Site:
    """A node and a packager, and a Space in which Ana talks."""

    def __init__(self, redis_server: RedisServer, folder: Path, stack: AsyncExitStack) -> None:
        self.redis, self.root, self._stack = redis_server, folder, stack
        self.folder = folder / ROOM
        self.web = RemoteAudio()
        self.ana = Page(self.web, ANA, speaks=True)
        write_plan(stage=[ANA])

    async def start(self, hz: int = 600) -> subprocess.Popen[bytes]:
        await self.start_node()
        process = self.start_packager()
        await self.ana.open()
        self._stack.push_async_callback(self.ana.close)
        self.ana.talk(hz)
        return process

    async def start_node(self) -> None:
        port = free_ports(1)
        self._stack.enter_context(node(self.redis, port, settings="tests.audio.cascading"))
        await until(lambda: port in beats(), START_PATIENCE)

    def start_packager(self, **environment: str) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(packager(self.redis, self.root, **environment))

    async def listen(self, *, segments: int = 1) -> Playlist:
        """Ask for the stream, and wait until it is ready and has this many segments."""
        demand.want(ROOM)
        await until(lambda: demand.is_ready(ROOM), START_PATIENCE)
        return await self.further_segments(segments)

    async def further_segments(self, count: int, *, after: int = 0) -> Playlist:
        """Wait for the segments whose numbers follow `after`."""

        def written() -> bool:
            demand.keep(ROOM)
            return len([each for each in self.playlist().segments if each.number > after]) >= count

        await until(written, START_PATIENCE)
        return self.playlist()

    def playlist(self) -> Playlist:
        return Playlist.parse((self.folder / "live.m3u8").read_text())

    def wanted(self) -> list[str]:
        return [str(each) for each in redis_clients.shared().zrange("spaces:hls:wanted", 0, -1)]


@pytest.fixture
async def site(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    monkeypatch.setattr(demand, "WANTED_FOR", 3600.0)  # longer than a test on any machine
    async with AsyncExitStack() as stack:
        site = Site(redis_server, tmp_path / "hls", stack)
        stack.push_async_callback(site.web.close)
        yield site


async def test_the_sound_of_the_stage_is_in_the_segments(site: Site) -> None:
    await site.start()
    playlist = await site.listen(segments=3)
    [sound] = play(site.folder)
    assert strength(sound[:, 0], 600) > -30
    assert strength(sound[:, 0], 600) > strength(sound[:, 0], 1000) + 25
    seconds = sum(each.seconds for each in playlist.segments)
    assert len(sound) >= round(seconds * RATE)
    numbers = [each.number for each in playlist.segments]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_only_spaces_that_somebody_wants_are_packed(site: Site) -> None:
    await site.start()
    demand.keep(ROOM)  # does not start a stream
    demand.want("other")
    await until(lambda: demand.is_ready("other"), START_PATIENCE)
    assert os.listdir(site.root) == ["other"]
    assert (site.wanted(), demand.is_ready(ROOM)) == (["other"], False)
    assert sum(beat.stats["trunks"] for beat in beats().values()) <= 1


async def test_a_silent_space_lasts_as_long_as_it_took(site: Site) -> None:
    await site.start_node()
    site.start_packager()
    before = await site.listen(segments=1)
    after = await site.further_segments(3, after=before.segments[-1].number)
    sound = play(site.folder)[-1]
    assert strength(sound[:, 0], 600) < QUIET
    number, began = before.segments[0].number, before.segments[0].began
    [last] = after.segments[-1:]
    assert last.began - began == pytest.approx((last.number - number) * 94 * 1024 / RATE, abs=0.01)


async def test_no_listener_is_sent_to_a_packager(site: Site) -> None:
    await site.start()
    await site.listen()
    pages = [Page(site.web, f"u{number}") for number in range(10, 13)]
    for page in pages:  # beyond the limit of the node, which looks for edges
        site._stack.push_async_callback(page.close)
        await page.open()
    await until(lambda: all(page.hears(600) for page in pages))


async def test_a_killed_packager_continues_after_a_discontinuity(site: Site) -> None:
    first = await site.start()
    before = await site.listen(segments=2)
    first.kill()
    first.wait()
    site.start_packager()
    last = before.segments[-1].number
    after = await site.further_segments(2, after=last)
    news = [each for each in after.segments if each.number > last]
    numbers = [each.number for each in after.segments]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [each.follows_a_gap for each in news].count(True) == 1
    assert strength(play(site.folder)[-1][:, 0], 600) > -30


async def test_the_stream_goes_on_when_the_origin_dies(site: Site) -> None:
    await site.start()
    before = await site.listen()
    [dying] = beats().values()
    os.kill(dying.pid, signal.SIGKILL)
    await site.start_node()
    await until(lambda: site.ana.ended == ["lost"] and site.ana.client is not None)
    number = before.segments[-1].number
    while strength(play(site.folder)[-1][-RATE:, 0], 600) < -30:
        number = (await site.further_segments(1, after=number)).segments[-1].number
    assert [each.follows_a_gap for each in site.playlist().segments].count(True) == 0


async def test_the_files_are_deleted_when_the_space_ends(site: Site) -> None:
    await site.start()
    await site.listen()
    write_plan(stage=[ANA], live=False)
    await until(lambda: not site.folder.exists())
    await until(lambda: site.wanted() == [])
    assert not demand.is_ready(ROOM)


async def test_the_files_are_deleted_when_nobody_listens_any_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.start()
    await site.listen()
    monkeypatch.setattr(demand, "WANTED_FOR", 1.0)
    demand.keep(ROOM)
    await until(lambda: not site.folder.exists())
    await until(lambda: site.wanted() == [])


async def test_a_packager_that_is_stopped_leaves_the_files_to_its_successor(site: Site) -> None:
    process = await site.start()
    await site.listen()
    process.send_signal(signal.SIGTERM)
    assert process.wait(START_PATIENCE) == 0
    assert site.playlist().segments


async def test_switched_off_the_command_refuses_to_start(site: Site) -> None:
    process = site.start_packager(HLS="0")
    assert process.wait(START_PATIENCE) == 1
    assert "HLS is 0" in log_of(site.root).read_text()
