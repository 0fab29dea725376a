"""What happens while a page enters a room, between joining the hub and being admitted."""

import threading
from types import SimpleNamespace

import pytest

from core.sockets.close_codes import REFUSED, SIGNED_OUT
from spaces import admission
from spaces.actions import chat
from spaces.admission import NotAdmitted
from spaces.room import presence
from spaces.room.hub import get_hub
from tests.fixtures.room import in_thread

PATIENCE = 20  # seconds
entry = SimpleNamespace()


def wait_for_the_test(space, viewer):
    """A rule of admission that decides when the test allows it to."""
    entry.is_asked.set()
    assert entry.may_decide.wait(PATIENCE)
    return NotAdmitted("removed", "You were removed.") if entry.refuses else None


@pytest.fixture
def slow_admission(settings):
    entry.is_asked, entry.may_decide = threading.Event(), threading.Event()
    settings.ADMISSION_RULES = [*settings.ADMISSION_RULES, f"{__name__}.wait_for_the_test"]
    admission.rules.cache_clear()
    yield entry
    admission.rules.cache_clear()


async def test_events_that_come_before_the_admission_follow_hello(
    room, space, listener, slow_admission
):
    entry.refuses = False
    page = await room.connect(space.public_id, listener)
    await in_thread(entry.is_asked.wait, PATIENCE)
    await in_thread(chat.send, space, author=space.host, text="Good morning")
    entry.may_decide.set()
    hello = await page.receive_next()
    assert (hello["t"], hello["rev"]) == ("hello", 1)
    message = await page.receive_next()
    assert (message["t"], message["rev"]) == ("message", 2)


async def test_a_person_who_is_refused_receives_no_event(room, space, listener, slow_admission):
    entry.refuses = True
    page = await room.connect(space.public_id, listener)
    await in_thread(entry.is_asked.wait, PATIENCE)
    await in_thread(chat.send, space, author=space.host, text="Good morning")
    entry.may_decide.set()
    assert (await page.receive_next())["code"] == "removed"
    assert await page.close_code() == REFUSED


async def test_a_person_who_is_refused_leaves_the_room(room, space, listener, slow_admission):
    entry.refuses = True
    entry.may_decide.set()
    page = await room.connect(space.public_id, listener)
    assert await page.close_code() == REFUSED
    await page.close()
    assert get_hub().rooms == {}
    assert await in_thread(presence.counts, {space.public_id: []}) == {space.public_id: 0}


async def test_a_stranger_never_joins_the_hub(room, space):
    page = await room.connect(space.public_id, None)
    assert await page.close_code() == SIGNED_OUT
    assert get_hub().rooms == {}
