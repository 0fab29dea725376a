"""Lists of live Spaces on open pages: each new Space is offered once."""

import asyncio

import pytest

from core import database
from spaces.directory import live_index
from spaces.directory.live_updates.cards import Cards
from spaces.directory.live_updates.lists import Lists
from spaces.directory.live_updates.pages import Listing
from tests.factories import make_space


class SignedOutPage:
    def __init__(self):
        self.user_id, self.cards, self.listing = None, {}, None


@pytest.mark.django_db(transaction=True)
async def test_a_space_that_starts_while_a_list_opens_is_offered_once():
    offered = []

    async def send(page, frame):
        offered.extend(frame["spaces"])

    space = await database.run(make_space, title="A tram at dawn")
    lists = Lists(send, Cards(send))
    page = SignedOutPage()
    index = await database.run(live_index.read)
    lists.show(page, Listing(since=0.0, topic="", words="tram"))
    refresh = asyncio.create_task(lists.refresh(index))
    await asyncio.sleep(0)  # the refresh has the new index, and waits for its queries
    await asyncio.gather(refresh, lists.send({page}))
    assert offered == [space.public_id]
