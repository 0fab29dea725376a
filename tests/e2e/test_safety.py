"""From a report to its outcome: in the room, in the admin, in the sound, and after an appeal."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenRoom
from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import Stack

MALLORY = 700  # Hz
PERSON = """
from allauth.account.models import EmailAddress
from safety import suspension
from spaces.actions import lifecycle
mallory = User.objects.filter(handle="mallory").first() or User.objects.create_user(
    "mallory", "mallory@demo.invalid", "spaces-demo", name="Mallory", follower_count=700
)
EmailAddress.objects.get_or_create(user=mallory, email=mallory.email, verified=True, primary=True)
"""
HOST = PERSON + 'print(lifecycle.start(host=mallory, title="Names and addresses").public_id)'
SPEAK = (
    PERSON
    + """
from spaces.actions import stage
from spaces.models import Role
stage.take_seat(Space.objects.get(public_id="{space}"), user=mallory, role=Role.SPEAKER)
"""
)
SUSPEND = (
    PERSON
    + """
staff = User.objects.get(handle="admin")
suspension.suspend(mallory, until=None, reason="Threats", by=staff)
"""
)


@pytest.fixture(autouse=True)
def clean_up_mallory(stack: Stack) -> Iterator[None]:
    """The stack is shared, so lift Mallory's suspension and end her Spaces afterwards."""
    yield
    stack.shell(
        PERSON
        + "suspension.lift(mallory)\n"
        + "for each in Space.objects.live().filter(host=mallory): lifecycle.end(each, by=None)"
    )


def report(person: RoomPage, name: str) -> None:
    """Report a person, in the sheet that opens from their tile."""
    person.person(name).get_by_role("button").click()
    with person.page.context.expect_page() as opened:
        person.page.get_by_role("dialog").get_by_role("link", name="Report").click()
    page = opened.value
    page.get_by_label("Abusive behaviour").check()
    page.get_by_label("Anything to add?").fill("She reads out where people live.")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=PATIENCE)
    page.close()
    person.close_sheet()


def decide(staff: Page, queue: str, row: str, act: str, reason: str) -> None:
    staff.goto(queue)
    staff.get_by_role("row", name=row).get_by_role("link").first.click()
    staff.get_by_label(act).check()
    staff.get_by_label("Reason").fill(reason)
    staff.get_by_role("button", name="Decide").click()
    expect(staff.get_by_text(f"Done: {act}")).to_be_visible(timeout=PATIENCE)


def test_a_reported_host_can_be_suspended_and_can_appeal(
    open_as: OpenRoom, chromium: Chromium, stack: Stack
) -> None:
    address = f"{stack.url}/spaces/{stack.shell(HOST)}/"
    mallory = open_as("mallory", address, tone=MALLORY)
    eve = open_as("eve", address)
    for each in (mallory, eve):
        each.enter()
    mallory.unmute()
    mallory.send_message("Lantern Street 7, second floor")
    eve.wait_to_hear(MALLORY)
    report(eve, "Mallory")

    queue = f"{stack.url}/admin/safety/report/"
    staff = open_as("admin", queue).page
    staff.get_by_role("row", name="mallory").get_by_role("link").first.click()
    for evidence in ("Lantern Street 7", "Host, microphone on", "She reads out"):
        expect(staff.get_by_text(evidence)).to_be_visible(timeout=PATIENCE)
    decide(staff, queue, "mallory", "Suspend the person", "Reading out addresses")

    expect(eve.root).to_have_attribute("data-phase", "ended", timeout=PATIENCE)
    expect(mallory.page).to_have_url(f"{stack.url}/suspended/", timeout=PATIENCE)
    expect(mallory.page.get_by_text("Reading out addresses")).to_be_visible()
    assert chromium.violations(mallory.page) == []
    mallory.page.get_by_label("Your appeal").fill("They had asked me to.")
    mallory.page.get_by_role("button", name="Send appeal").click()
    expect(mallory.page.get_by_text("The staff received your appeal")).to_be_visible()

    eve.page.goto(f"{stack.url}/notifications/")
    expect(eve.page.get_by_text("we suspended their account")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(eve.page) == []

    decide(staff, queue, "They had asked me to.", "Lift the suspension", "They had")
    mallory.page.goto(f"{stack.url}/notifications/")
    expect(mallory.page.get_by_text("lifted your suspension")).to_be_visible(timeout=PATIENCE)


def test_a_suspended_speaker_is_cut_off(
    open_as: OpenRoom, join_space: OpenRoom, space_url: str, stack: Stack
) -> None:
    stack.shell(SPEAK.format(space=space_url.rstrip("/").rsplit("/", 1)[1]))
    mallory = open_as("mallory", space_url, tone=MALLORY)
    mallory.enter()
    mallory.unmute()
    eve = join_space("eve")
    eve.wait_to_hear(MALLORY)
    stack.shell(SUSPEND)
    eve.wait_for_silence(MALLORY)
    expect(eve.person("Mallory")).to_have_count(0, timeout=PATIENCE)
    expect(mallory.page.get_by_text("Your account is suspended.")).to_be_visible(timeout=PATIENCE)
    assert mallory.spectrum(MALLORY) == [SILENCE]
