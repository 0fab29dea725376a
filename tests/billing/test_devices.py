"""One ticket plays on one device at a time: the newest device has the sound, and the older device
is notified."""

import pytest

from audio.interface import get_audio
from billing.actions import claiming
from billing.models import Ticket
from spaces.actions import chat
from spaces.models import Space
from tests.fixtures.room import in_thread

pytestmark = pytest.mark.integration


@pytest.fixture
def live(transactional_db, shop, reservation, iris):
    """Hana's Space is live. Ben has bought two tickets, and given one to Iris."""
    shop.pay(reservation)
    shop.deliver()
    claiming.claim(Ticket.objects.get(holder=None), by=iris)
    space = reservation.offer.space
    Space.objects.filter(pk=space.pk).update(state="live", started_at=space.starts_at)
    return Space.objects.select_related("host").get(pk=space.pk)


async def listen(page):
    """Request the sound, and return the name of the peer."""
    await page.send({"t": "listen", "ref": 1})
    return (await page.receive("reply"))["peer"]


async def hang_up_if_moved(page, peer):
    """Do what a page does when its sound has moved to another device."""
    assert await page.receive("moved") == {"t": "moved"}
    await page.send({"t": "hangup", "peer": peer})
    await page.receive("reply")


async def kinds_until_message(page):
    """Return the kinds of all frames until the next message."""
    kinds = []
    while not kinds or kinds[-1] != "message":
        kinds.append((await page.receive_next())["t"])
    return kinds


async def test_the_sound_moves_to_the_newest_device_of_a_ticket(room, live, ben):
    phone, laptop = [await room.enter(live, ben) for _ in range(2)]
    first = await listen(phone)
    second = await listen(laptop)
    await hang_up_if_moved(phone, first)
    assert get_audio().peers_of(live.public_id) == {second: ben.key}
    third = await listen(phone)
    await hang_up_if_moved(laptop, second)
    assert get_audio().peers_of(live.public_id) == {third: ben.key}


async def test_a_gift_and_the_ticket_of_its_buyer_can_play_at_the_same_time(room, live, ben, iris):
    pages = [await room.enter(live, person) for person in (ben, iris)]
    first, second = [await listen(page) for page in pages]
    # A socket whose sound has moved would be notified before it receives this message.
    await in_thread(chat.send, live, author=live.host, text="Good morning")
    for page in pages:
        assert "moved" not in await kinds_until_message(page)
    assert get_audio().peers_of(live.public_id) == {first: ben.key, second: iris.key}
