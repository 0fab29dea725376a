"""A suspension closes the person's sockets and ends their sound within seconds."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from safety import reporting, suspension
from safety.models import Report
from spaces.actions import stage
from spaces.directory.live_updates.open_pages import get_open_pages
from spaces.models import Space
from tests import factories
from tests.fixtures.room import AnyPage, Page
from tests.integration.sound import audio_node, connect_sound

LIMIT = 5.0  # seconds from the staff's decision


@pytest.fixture
def people(transactional_db: None) -> tuple[Space, User, User]:
    staff = factories.make_user("stella", is_staff=True, is_superuser=True)
    return factories.make_space(factories.make_host("hana")), factories.make_user("lena"), staff


@pytest.fixture
async def any_page(room):
    """`await any_page(user)` opens another page of the site."""
    get_open_pages.cache_clear()

    async def any_page(user: User) -> Page:
        page = await sync_to_async(AnyPage)("", user)
        await page.open()
        room.pages.append(page)
        return page

    yield any_page
    await get_open_pages().stop()


def suspend_in_the_admin(person: User, *, staff: User) -> None:
    """Suspend as staff do, by posting the decision in the admin."""
    report: Report = reporting.open_case(reporting.find_person(staff, person.handle), by=staff)
    client = Client()
    client.force_login(staff)
    decision = {"action": "suspend", "length": "7", "reason": "Threats"}
    answer = client.post(f"/admin/safety/report/{report.pk}/change/", decision)
    assert (answer.status_code, suspension.is_suspended(person)) == (302, True)


@pytest.mark.parametrize("speaks", [False, True], ids=["listener", "speaker"])
async def test_all_connections_of_a_suspended_person_end_within_five_seconds(
    room, any_page, people, settings, speaks, report_timing
):
    settings.AUDIO = "audio.remote.RemoteAudio"
    space, person, staff = people
    host = space.host
    if speaks:
        await sync_to_async(factories.put_on_stage)(space, person)
        await sync_to_async(stage.set_microphone)(space, user=person, by=person, muted=False)
    async with audio_node() as engine:
        in_room, elsewhere = await room.enter(space, person), await any_page(person)
        other = await room.enter(space, host)
        sound = await connect_sound(in_room, speaks=speaks)
        other_sound = await connect_sound(other, speaks=True)
        decided = time.monotonic()
        ended: dict[str, float] = {}

        async def record(name: str, over: object) -> None:
            assert await over in (None, 4403)
            ended[name] = time.monotonic() - decided

        await asyncio.gather(
            sync_to_async(suspend_in_the_admin)(person, staff=staff),
            record("room socket", in_room.close_code()),
            record("page socket", elsewhere.close_code()),
            record("sound", sound.until(lambda: sound.is_closed)),
        )
        report_timing(", ".join(f"{name} {seconds:.2f} s" for name, seconds in ended.items()))
        assert max(ended.values()) <= LIMIT
        assert ((await engine.stats())["peers"], other_sound.is_closed) == (1, False)
        for peer in (sound, other_sound):
            peer.close()


async def test_a_suspended_person_who_listens_as_a_guest_is_disconnected(room, people, settings):
    settings.AUDIO = "audio.remote.RemoteAudio"
    space, person, staff = people
    await Space.objects.aupdate(open_to_guests=True)
    async with audio_node() as engine:
        page = await room.enter(space, None, guest="t0k3n", formerly=person)
        other = await room.enter(space, None, guest="an0ther")
        sound, other_sound = (
            await connect_sound(page, speaks=False),
            await connect_sound(other, speaks=False),
        )
        decided = time.monotonic()
        await sync_to_async(suspend_in_the_admin)(person, staff=staff)
        assert (await page.receive("refused"))["code"] == "suspended"
        assert await page.close_code() == 4403
        await sound.until(lambda: sound.is_closed)
        assert time.monotonic() - decided <= LIMIT
        assert ((await engine.stats())["peers"], other_sound.is_closed) == (1, False)
        for peer in (sound, other_sound):
            peer.close()


async def test_a_suspended_listener_is_disconnected_with_the_reason(room, people):
    space, listener, staff = people
    page = await room.enter(space, listener)
    await sync_to_async(suspension.suspend)(listener, until=None, reason="Threats", by=staff)
    assert (await page.receive("refused"))["code"] == "suspended"
    assert await page.close_code() == 4403


async def test_a_suspended_person_cannot_connect_again(room, any_page, people):
    space, listener, staff = people
    await sync_to_async(suspension.suspend)(listener, until=None, reason="Threats", by=staff)
    for page in (await room.connect(space.public_id, listener), await any_page(listener)):
        assert (await page.receive("refused"))["code"] == "suspended"
        assert await page.close_code() == 4403
