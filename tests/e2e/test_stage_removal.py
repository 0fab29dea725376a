"""A removed person is refused at once, on every device, until a host readmits them."""

import json

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage
from tests.e2e.test_room_refused import ASK

CLEO = 1000  # Hz
WORDS = "A host removed you from this Space"
ROOM_READS = """async () => {
  const status = async (path) => (await fetch(path)).status;
  return [await status("snapshot/"), await status("events/?since=0"), await status("listeners/")];
}"""


def expect_refused_everywhere(person: RoomPage) -> None:
    expect(person.page.get_by_text(WORDS)).to_be_visible(timeout=PATIENCE)
    offer = {"t": "speak", "ref": 1, "sdp": "v=0\r\n"}
    assert person.page.evaluate(ASK, json.dumps(offer)) == ["refused", "removed"]
    assert person.page.evaluate(ROOM_READS) == [403, 403, 403]


def test_a_removed_person_is_refused_everywhere_until_readmitted(join_space, open_as, space_url):
    ana, eve, cleo = join_space("ana"), join_space("eve"), join_space("cleo", tone=CLEO)
    ana.invite("Cleo")
    cleo.accept()
    cleo.unmute()
    eve.wait_to_hear(CLEO)

    ana.choose("Remove from the Space", "Cleo")
    sure = ana.page.get_by_role("dialog", name="Remove Cleo?")
    sure.get_by_label("Why?").fill("Shouting")
    sure.get_by_role("button", name="Remove", exact=True).click()
    eve.wait_for_silence(CLEO)
    expect(eve.person("Cleo")).to_have_count(0, timeout=PATIENCE)
    expect(cleo.page.get_by_text(WORDS)).to_be_visible(timeout=PATIENCE)
    assert cleo.spectrum(CLEO) == [SILENCE]

    cleo.page.reload()
    expect_refused_everywhere(cleo)
    elsewhere = open_as("cleo", space_url)
    expect_refused_everywhere(elsewhere)

    people = ana.open_people()
    people.get_by_role("button", name="Log").click()
    log = ana.page.get_by_role("dialog", name="Moderation log")
    expect(log.get_by_text("Ana removed Cleo · Shouting")).to_be_visible(timeout=PATIENCE)
    ana.close_sheet()
    people.get_by_role("button", name="Let Cleo back in").click()
    expect(people.get_by_text("by Ana")).to_be_hidden(timeout=PATIENCE)
    elsewhere.page.reload()
    elsewhere.enter()
    expect(eve.person("Cleo")).to_have_count(1, timeout=PATIENCE)
