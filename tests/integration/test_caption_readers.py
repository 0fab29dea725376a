"""Interim captions reach only the sockets whose page shows captions."""

from captions.events import InterimCaption
from spaces.models import Space
from spaces.room.events import Talking
from spaces.room.publish import announce
from tests.fixtures.room import LiveRoom, Page

START = "2026-01-31T18:00:00Z"


async def say(space: Space, text: str) -> None:
    """Announce an interim caption, and after it an event that every page receives."""
    interim = InterimCaption(who=space.host.key, start=START, text=text)
    await announce(space.public_id, interim)
    await announce(space.public_id, Talking(people=[text]))


async def captions_until(page: Page, text: str) -> list[str]:
    """Return the interim captions that the page receives before it receives the event after
    `text`."""
    texts: list[str] = []
    while (frame := await page.receive_next()) != {"t": "talking", "people": [text]}:
        if frame["t"] == "interim_caption":
            texts.append(frame["text"])
    return texts


async def switch(page: Page, on: bool) -> None:
    await page.send({"t": "read_captions", "on": on})
    await page.send({"t": "beat"})
    await page.receive("beat")


async def test_a_page_receives_interim_captions_only_while_it_shows_captions(
    room: LiveRoom, space, listener
):
    reader, other = await room.enter(space, listener), await room.enter(space, space.host)
    await say(space, "One")
    await captions_until(reader, "One")
    await switch(reader, True)
    await say(space, "Two")
    assert await captions_until(reader, "Two") == ["Two"]
    await switch(reader, False)
    await say(space, "Three")
    assert await captions_until(reader, "Three") == []
    assert await captions_until(other, "Three") == []


async def test_each_socket_of_a_person_has_its_own_choice(room: LiveRoom, space, listener):
    one, two = await room.enter(space, listener), await room.enter(space, listener)
    await switch(one, True)
    await say(space, "Here")
    assert await captions_until(one, "Here") == ["Here"]
    assert await captions_until(two, "Here") == []


async def test_a_readers_new_socket_receives_no_interim_captions(room: LiveRoom, space, listener):
    before = await room.enter(space, listener)
    await switch(before, True)
    await before.close()
    again = await room.enter(space, listener)
    await say(space, "Again")
    assert await captions_until(again, "Again") == []
