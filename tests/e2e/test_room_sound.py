"""People speak and hear each other. Ana sends a tone of 600 Hz, Cleo 1000 Hz, Eve listens."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, SILENCE

ANA, CLEO = 600, 1000  # Hz
OWN_TONE_BELOW = 50  # dB by which a person's own tone must be quieter than the other person's


def test_people_hear_each_other_from_the_start_of_a_space_to_its_end(open_as, stack):
    ana = open_as("ana", f"{stack.url}/spaces/start/", tone=ANA)
    ana.page.get_by_label("What will you talk about?").fill("What our cities sound like")
    ana.page.get_by_role("button", name="Start now").click()
    ana.wait_for_sound()
    eve, cleo = open_as("eve", ana.page.url), open_as("cleo", ana.page.url, tone=CLEO)
    eve.enter()
    cleo.enter()
    ana.invite("Cleo")
    cleo.accept()
    ana.unmute()
    cleo.unmute()

    eve.wait_to_hear(ANA, CLEO)
    ana.wait_to_hear(CLEO)
    cleo.wait_to_hear(ANA)
    ana.wait_until_own_tone_is_quieter(other=CLEO, own=ANA, by=OWN_TONE_BELOW)
    cleo.wait_until_own_tone_is_quieter(other=ANA, own=CLEO, by=OWN_TONE_BELOW)

    cleo.mute()
    eve.wait_for_silence(CLEO)
    eve.wait_to_hear(ANA)

    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    for person in (ana, cleo, eve):
        expect(person.page.get_by_text("This Space has ended")).to_be_visible(timeout=PATIENCE)
        assert person.spectrum(ANA, CLEO) == [SILENCE, SILENCE]
