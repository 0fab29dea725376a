"""An open room reacts to a change of its browser's session in another tab."""

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE
from tests.fixtures.stack import PASSWORD

ANA = 600  # Hz
NEW = "slate roofs in the rain"
SAME_PASSWORD = f"""
eve = User.objects.get(handle="eve")
eve.set_password({PASSWORD!r})
eve.save()
"""
END = """
from django.contrib.sessions.models import Session
Session.objects.filter(pk={!r}).delete()
"""


@pytest.fixture
def eves_password(stack):
    yield PASSWORD
    stack.shell(SAME_PASSWORD)


def test_listening_continues_after_a_change_of_password_in_another_tab(
    join_space, stack, eves_password
):
    join_space("ana", tone=ANA).unmute()
    eve = join_space("eve")
    eve.wait_to_hear(ANA)

    settings = eve.page.context.new_page()
    settings.goto(f"{stack.url}/accounts/password/change/")
    settings.locator("[name=oldpassword]").fill(eves_password)
    settings.locator("[name=password1]").fill(NEW)
    settings.locator("[name=password2]").fill(NEW)
    with eve.page.expect_event(
        "websocket", lambda socket: "/ws/spaces/" in socket.url, timeout=PATIENCE
    ):
        settings.get_by_role("button", name="Save new password").click()
    eve.page.bring_to_front()
    eve.wait_for_sound()
    eve.wait_to_hear(ANA)
    expect(eve.page.locator("[data-part=refused]")).to_be_hidden()


def test_a_room_that_reconnects_as_another_person_is_reloaded(join_space, keys, stack, space_url):
    join_space("ana")
    eve = join_space("eve")
    expect(eve.person("Eve")).to_contain_text("(you)")
    eve.page.context.add_cookies([keys.of("ben")])
    stack.shell(END.format(keys.of("eve")["value"]))
    page = eve.page.locator("#page")
    ben = stack.shell('print(User.objects.get(handle="ben").pk)')
    expect(page).to_have_attribute("data-viewer", ben, timeout=PATIENCE)
    expect(eve.root).to_have_attribute("data-phase", "preview")  # Ben joins only when he taps
    eve.enter()
    expect(eve.person("Ben")).to_contain_text("(you)")
    expect(eve.page).to_have_url(space_url)
