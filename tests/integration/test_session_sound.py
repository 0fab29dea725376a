"""Sound belongs to the browser session that opened it. When the session ends, in whatever way, the
audio node ends the sound, even if nothing notifies the node."""

import asyncio
import time
from collections.abc import Callable

import pytest
import redis
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session

from accounts import blocking
from accounts.models import User
from audio.node import SWEEP_EVERY
from core import addresses
from core.sockets.close_codes import RECONNECT
from spaces.actions import guests, stage, succession
from spaces.models import Role, Space
from spaces.room.hub import COMPARE_EVERY
from tests.audio.call import AUDIBLE, INAUDIBLE, loudness, talk
from tests.audio.webrtc_client import Client
from tests.factories import make_host, make_space, make_user, put_on_stage
from tests.fixtures.room import LiveRoom, Page, in_thread
from tests.integration.session_ends import (
    ENDS,
    browser_of,
    sign_out_everywhere_on_another_device,
    sign_out_in_another_tab,
)
from tests.integration.sound import audio_node, connect_sound

ADDRESS = "203.0.113.9"
TONE = 600  # Hz
LIMIT = 5.0  # seconds from the end of a session, on a machine that is not overloaded


@pytest.fixture
def space(transactional_db: None, settings) -> Space:
    settings.AUDIO = "audio.remote.RemoteAudio"
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    return make_space()


class Person:
    """A person in the room, with their page and their sound."""

    def __init__(self, page: Page, sound: Client) -> None:
        self.page, self.sound = page, sound

    async def disconnected(self) -> tuple[int, bool]:
        """Wait until socket and sound have closed; return the close code, and True."""
        code = await self.page.close_code()
        await self.sound.until(lambda: self.sound.is_closed)
        return code, True


@pytest.fixture
async def join(room: LiveRoom, space: Space):
    """`await join(user, speaks=True)` brings a person into the room."""
    people: list[Person] = []

    async def join(user: User | None, *, speaks: bool = False, **options: object) -> Person:
        page = await room.enter(space, user, **options)
        people.append(Person(page, await connect_sound(page, speaks=speaks)))
        return people[-1]

    yield join
    for each in people:
        each.sound.close()


def join_stage_unmuted(space: Space, user: User) -> None:
    put_on_stage(space, user)
    stage.set_microphone(space, user=user, by=user, muted=False)


async def send_tone(speaker: Client) -> None:
    """Send a tone for a second, even if it is not accepted."""
    await talk(speaker, TONE, 50)


def hand_over(space: Space, to: User) -> None:
    succession.hand_over(space, by=space.host, to=to)


async def test_socket_and_sound_end_with_the_session_however_it_ends(space, join, report_timing):
    async with audio_node() as engine:
        people = {end: await join(await in_thread(make_user)) for end in ENDS}
        stays = await join(space.host, speaks=True)
        took: list[float] = []

        async def end_one(end: Callable[[Page], None], person: Person) -> None:
            await in_thread(end, person.page)
            ended = time.monotonic()
            assert await person.disconnected() == (RECONNECT, True), end.__name__
            took.append(time.monotonic() - ended)

        await asyncio.gather(*(end_one(end, person) for end, person in people.items()))
        report_timing(f"the slowest of {len(took)} took {max(took):.2f} s")
        assert ((await engine.stats())["peers"], stays.sound.is_closed) == (1, False)


@pytest.mark.parametrize("every", [SWEEP_EVERY, COMPARE_EVERY], ids=["sound", "socket"])
def test_ended_sessions_are_searched_for_often_enough(every: float) -> None:
    """A search that began just before a session ended misses it; the next one finds it."""
    assert 2 * every < LIMIT


async def test_nobody_can_keep_speaking_in_a_session_that_has_ended(space, join):
    async with audio_node():
        victim, other = await in_thread(make_user), await in_thread(make_user)
        await in_thread(join_stage_unmuted, space, victim)
        thief, listener = await join(victim, speaks=True), await join(other)
        await send_tone(thief.sound)
        assert loudness(listener.sound, TONE) > AUDIBLE
        await in_thread(sign_out_everywhere_on_another_device, thief.page)
        assert await thief.disconnected() == (RECONNECT, True)
        await send_tone(thief.sound)
        assert loudness(listener.sound, TONE) < INAUDIBLE


async def test_sound_on_a_phone_continues_when_the_laptop_signs_out(space, join):
    async with audio_node():
        user = await in_thread(make_user)
        laptop, phone = await join(user), await join(user)
        await in_thread(sign_out_in_another_tab, laptop.page)
        assert await laptop.disconnected() == (RECONNECT, True)
        # Packets of silence are sent every 400 ms, so the last of seven arrives more than
        # SWEEP_EVERY after the sign-out: meanwhile the node has searched for ended sessions.
        await phone.sound.receive_packets(7)
        assert not phone.sound.is_closed
        await phone.page.send({"t": "beat"})
        assert await phone.page.receive("beat")


async def test_a_guests_sound_ends_with_their_session(space, join):
    await in_thread(guests.set_open, space, is_open=True, by=space.host)
    async with audio_node():
        guest = await join(None, guest="t0k3n")
        other = await join(None, guest="an0ther")
        await in_thread(browser_of(guest.page).session.delete)
        assert await guest.disconnected() == (RECONNECT, True)
        assert not other.sound.is_closed


async def test_the_node_disconnects_a_guest_whose_account_the_new_host_blocks(space, join):
    await in_thread(guests.set_open, space, is_open=True, by=space.host)
    successor, blocked = await in_thread(make_host), await in_thread(make_user)
    await in_thread(put_on_stage, space, successor, Role.COHOST)
    await in_thread(blocking.block, blocker=successor, blocked=blocked)
    async with audio_node():
        guest = await join(None, guest="t0k3n", formerly=blocked)
        other = await join(None, guest="an0ther")
        await in_thread(hand_over, space, successor)
        await guest.sound.until(lambda: guest.sound.is_closed)
        assert (await guest.page.receive("refused"))["code"] == "blocked"
        assert not other.sound.is_closed


async def test_session_keys_and_addresses_are_not_sent_to_redis(space, join, redis_server):
    """Whoever knows a session key can use the session. So the node gets an encrypted reference to
    the session, and a hash of the address."""
    with redis.Redis.from_url(redis_server.url) as client, client.monitor() as monitor:
        monitored = asyncio.create_task(
            sync_to_async(_commands_until_echo, thread_sensitive=False)(monitor)
        )
        async with audio_node():
            user = await in_thread(make_user)
            person = await join(user, client=ADDRESS)
            keys = [key async for key in Session.objects.values_list("pk", flat=True)]
            await in_thread(client.echo, "enough")
            heard = await monitored
        assert browser_of(person.page).session.session_key in keys
    assert "audio.command" in heard
    assert addresses.token(ADDRESS) in heard
    assert [secret for secret in [*keys, ADDRESS] if secret in heard] == []


def _commands_until_echo(monitor: redis.client.Monitor) -> str:
    """Return all commands sent to Redis until "ECHO enough"."""
    heard: list[str] = []
    for each in monitor.listen():
        heard.append(each["command"])
        if each["command"] == "ECHO enough":
            break
    return "\n".join(heard)
