"""Hosts can mute one or all speakers, lock microphones, and slow or pause the chat."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

CLEO, DAN = 1000, 1400  # Hz


def test_a_host_can_mute_a_speaker_and_lower_a_hand(join_space):
    ana, cleo = join_space("ana"), join_space("cleo", tone=CLEO)
    ana.invite("Cleo")
    cleo.accept()
    expect(cleo.page.get_by_text("You are muted, but talking")).to_be_visible(timeout=PATIENCE)
    cleo.unmute()
    expect(cleo.page.get_by_text("You are muted, but talking")).to_be_hidden()
    ana.wait_to_hear(CLEO)

    ana.choose("Mute", "Cleo")
    ana.close_sheet()
    ana.wait_for_silence(CLEO)
    expect(cleo.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)
    expect(cleo.page.get_by_text("Ana muted you")).to_be_attached()
    cleo.unmute()
    ana.wait_to_hear(CLEO)

    cleo.room.get_by_role("button", name="Raise your hand").click()
    expect(ana.person("Cleo")).to_have_attribute("data-hand", "", timeout=PATIENCE)
    ana.choose("Lower the hand", "Cleo")
    expect(cleo.room.get_by_role("button", name="Raise your hand")).to_be_visible(timeout=PATIENCE)
    expect(ana.person("Cleo")).not_to_have_attribute("data-hand", "")


def test_speakers_can_unmute_after_mute_all_but_not_while_microphones_are_locked(join_space):
    ana, cleo, dan = join_space("ana"), join_space("cleo", tone=CLEO), join_space("dan", tone=DAN)
    for speaker, name in ((cleo, "Cleo"), (dan, "Dan")):
        ana.invite(name)
        speaker.accept()
        speaker.unmute()
    ana.wait_to_hear(CLEO, DAN)

    people = ana.open_people()
    people.get_by_role("button", name="Mute all").click()
    ana.wait_for_silence(CLEO, DAN)
    cleo.unmute()
    dan.unmute()
    ana.wait_to_hear(CLEO, DAN)

    people.get_by_role("switch", name="Lock microphones").check()
    dan.mute()
    locked = dan.room.get_by_role("button", name="Locked by a host")
    locked.click(timeout=PATIENCE)
    expect(dan.page.get_by_text("A host locked the microphones")).to_be_visible()
    expect(dan.root).to_have_attribute("data-microphone", "muted")
    ana.wait_to_hear(CLEO)
    ana.wait_for_silence(DAN)

    people.get_by_role("switch", name="Lock microphones").uncheck()
    expect(locked).to_be_hidden(timeout=PATIENCE)
    dan.unmute()
    ana.wait_to_hear(CLEO, DAN)


def test_hosts_can_slow_and_pause_the_chat(join_space):
    ana, eve = join_space("ana"), join_space("eve")
    ana.page.get_by_role("button", name="Slow mode and pause").click()
    ana.page.locator("[data-part=mode-form]").get_by_label("30 s").check()
    expect(eve.page.get_by_text("Slow mode: one message in 30 s")).to_be_visible(timeout=PATIENCE)
    eve.send_message("Good morning")
    expect(eve.page.get_by_text("You can write again in")).to_be_visible(timeout=PATIENCE)

    ana.page.get_by_role("switch", name="Pause the chat").check()
    expect(eve.page.get_by_text("A host paused the chat")).to_be_visible(timeout=PATIENCE)
    expect(eve.page.get_by_label("Your message")).to_be_disabled()
    ana.close_sheet()
    ana.send_message("Back in a moment")
    expect(eve.page.get_by_text("Back in a moment")).to_be_visible(timeout=PATIENCE)
