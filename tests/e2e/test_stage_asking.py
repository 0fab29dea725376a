"""Requests to speak, from the button “Request” to being heard, declined or cancelled."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE


def test_a_listener_can_request_to_speak_and_is_heard_after_a_host_accepts(join_space):
    ana, eve, cleo = join_space("ana"), join_space("eve"), join_space("cleo", tone=1000)
    eve.ask_to_speak()
    cleo.ask_to_speak("I record ferries at dawn")
    expect(eve.room.get_by_text("Next in line")).to_be_visible()
    expect(cleo.room.get_by_text("2nd in line")).to_be_visible()

    people = ana.open_people()
    waiting = people.get_by_role("region", name="Asking to speak").get_by_role("listitem")
    expect(waiting).to_have_count(2, timeout=PATIENCE)
    expect(waiting.nth(1)).to_contain_text("“I record ferries at dawn”", timeout=PATIENCE)
    waiting.filter(has_text="Eve").get_by_role("button", name="Decline").click()
    expect(eve.page.get_by_text("declined your request")).to_be_visible(timeout=PATIENCE)
    expect(eve.room.get_by_role("button", name="Request")).to_be_visible()
    expect(cleo.room.get_by_text("Next in line")).to_be_visible()

    waiting.filter(has_text="Cleo").get_by_role("button", name="Let Cleo speak").click()
    dialog = cleo.page.get_by_role("dialog", name="Ana accepted your request", exact=True)
    expect(dialog).to_be_visible(timeout=PATIENCE)
    row = people.get_by_role("button", name="Cleo, accepted")
    expect(row.get_by_text("Accepted")).to_be_visible(timeout=PATIENCE)
    cleo.accept()
    expect(waiting).to_have_count(0)
    ana.close_sheet()
    cleo.unmute()
    ana.wait_to_hear(1000)
    eve.wait_to_hear(1000)


def test_a_request_can_be_cancelled(join_space):
    ana, eve = join_space("ana"), join_space("eve")
    eve.ask_to_speak()
    asked = ana.room.get_by_role("button", name="People, 1 asking to speak")
    expect(asked).to_be_visible(timeout=PATIENCE)
    eve.room.get_by_role("button", name="Requested").click()
    eve.page.get_by_role("button", name="Cancel my request").click()
    expect(eve.room.get_by_role("button", name="Request")).to_be_visible(timeout=PATIENCE)
    expect(ana.room.get_by_role("button", name="People", exact=True)).to_be_visible()


def test_the_page_explains_that_only_the_host_invites_speakers(open_as, space_url, stack):
    space_id = space_url.rstrip("/").rsplit("/", 1)[-1]
    stack.shell(f"Space.objects.filter(public_id='{space_id}').update(speak_policy='invited')")
    eve = open_as("eve", space_url)
    eve.enter()
    expect(eve.room.get_by_role("button", name="Request")).to_have_count(0)
    eve.room.get_by_role("button", name="Listening Why can’t I speak?").click()
    expect(eve.page.get_by_text("In this Space the host invites people to speak")).to_be_visible()
