"""The end of a session, in whatever way, closes the sockets of its pages and no others."""

import pytest

from core.sockets.close_codes import RECONNECT
from spaces.directory.live_updates.open_pages import get_open_pages
from tests.factories import make_space, make_user
from tests.fixtures.room import AnyPage, Page, in_thread
from tests.integration.session_ends import ENDS


@pytest.fixture
def space(transactional_db):
    return make_space()


@pytest.fixture(autouse=True)
async def fresh_open_pages(room, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    get_open_pages.cache_clear()
    yield
    await get_open_pages().stop()


@pytest.mark.parametrize("end", ENDS)
async def test_sockets_close_with_their_session_and_others_stay_open(room, space, end):
    host, kinds = space.host, (Page, AnyPage)
    ended = [await room.enter(space, await in_thread(make_user), kind=kind) for kind in kinds]
    others = [await room.enter(space, host, kind=kind) for kind in kinds]
    others.append(await room.enter(space, None, kind=AnyPage))
    for page in ended:
        await in_thread(end, page)
    assert [await page.close_code() for page in ended] == [RECONNECT] * 2
    for other in others:
        await other.send({"t": "beat"})
        assert await other.receive("beat") == {"t": "beat"}
