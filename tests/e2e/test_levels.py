"""Rings pulse with the sound, except for people who prefer less motion."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

ANA = 600  # Hz
LEVEL = """() => document.querySelector("[data-talking] [data-part=avatar]")
  ?.style.getPropertyValue("--level") ?? ''"""


def test_rings_pulse_unless_a_person_prefers_less_motion(join_space):
    ana = join_space("ana", tone=ANA)
    ana.unmute()
    eve = join_space("eve", reduced_motion="no-preference")
    cleo = join_space("cleo", reduced_motion="reduce")
    for person in (eve, cleo):
        person.wait_to_hear(ANA)
        expect(person.person("Ana")).to_have_attribute("data-talking", "", timeout=PATIENCE)
    eve.page.wait_for_function(f"() => Number(({LEVEL})()) > 0", timeout=PATIENCE)
    assert cleo.page.evaluate(LEVEL) == ""
