"""The main job: people speak, people hear. Ana hums 600 Hz, Cleo 1000 Hz, Eve listens."""

from playwright.sync_api import expect

from tests.e2e.conftest import ComeIn
from tests.e2e.room_page import PATIENCE, RoomPage

ANA, CLEO = 600, 1000  # Hz
OWN_DOWN = 50  # dB that one's own voice must be below the other's


def bring_up(come_in: ComeIn) -> tuple[RoomPage, RoomPage, RoomPage]:
    """Ana hosts, Cleo comes up by invitation, Eve listens; both microphones are still off."""
    ana, cleo, eve = come_in("ana", tone=ANA), come_in("cleo", tone=CLEO), come_in("eve")
    ana.invite("Cleo")
    cleo.accept()
    return ana, cleo, eve


def test_everybody_hears_whom_they_should(come_in):
    ana, cleo, eve = bring_up(come_in)
    ana.unmute()
    cleo.unmute()

    eve.wait_to_hear(ANA, CLEO)
    ana.wait_to_hear(CLEO)
    cleo.wait_to_hear(ANA)
    other, own = ana.spectrum(CLEO, ANA)
    assert other - own > OWN_DOWN
    other, own = cleo.spectrum(ANA, CLEO)
    assert other - own > OWN_DOWN

    cleo.mute()
    eve.wait_for_silence(CLEO)
    eve.wait_to_hear(ANA)

    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    for person in (ana, cleo, eve):
        expect(person.page.get_by_text("This Space has ended")).to_be_visible(timeout=PATIENCE)
        assert person.spectrum(ANA, CLEO) == [-200, -200]
