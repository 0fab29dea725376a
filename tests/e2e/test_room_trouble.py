"""When something fails, the page says what to do next, and recovers by itself."""

import json

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage
from tests.fixtures.chromium import WHOLE

ASK_FOR_MICROPHONE = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.allowMicrophone = () => (navigator.mediaDevices.getUserMedia = ask);
  navigator.mediaDevices.getUserMedia = () => new Promise((_, reject) => {
    window.refuse = (words) => reject(new DOMException(words, "NotAllowedError"));
  });
"""
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"


def test_a_speaker_without_a_microphone_can_listen_and_try_again(open_as, space_url):
    ana = open_as("ana", space_url, tone=600, scripts=[ASK_FOR_MICROPHONE])
    page = ana.page
    page.get_by_role("button", name="Go on stage").click()
    ana.wait_for_sound()
    expect(page.get_by_text("Your browser is asking for the microphone")).to_be_visible()

    page.evaluate("refuse('Permission dismissed')")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Your browser is asking for the microphone")).to_be_visible()
    page.evaluate("refuse('Permission denied')")
    notice = page.get_by_text("Your browser does not let Spaces use the microphone")
    expect(notice).to_be_visible()

    page.evaluate("() => void allowMicrophone()")
    page.get_by_role("button", name="Try again").click()
    expect(notice).to_be_hidden(timeout=PATIENCE)
    ana.unmute()


def test_a_lost_socket_reconnects_and_catches_up_while_the_sound_continues(join_space):
    ana = join_space("ana", tone=600)
    ana.unmute()
    eve = join_space("eve")
    page = eve.page
    sockets: list[WebSocketRoute] = []
    is_cut = [False]

    def connect(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if not is_cut[0]:  # a cut socket gets no answer; closing it in this function can hang
            socket.connect_to_server()

    page.route_web_socket("**/ws/spaces/**", connect)
    page.reload()
    eve.wait_for_sound()
    eve.wait_to_hear(600)

    is_cut[0] = True
    sockets[0].close(code=1012)
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    ana.send_message("Said while you were away")
    eve.wait_to_hear(600)
    assert page.get_by_text("Said while you were away").count() == 0
    is_cut[0] = False
    sockets[-1].close(code=1012)
    expect(page.get_by_text("Said while you were away")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    eve.wait_to_hear(600)


def test_a_second_tab_takes_over_the_sound_after_a_tap(join_space, stack, space_url):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(600)
    second = RoomPage(eve.page.context.new_page(), "eve")
    second.prefer("debug", "1")
    # Like a duplicated tab, which remembers the visit of the first tab.
    stay = eve.page.evaluate("sessionStorage.getItem('spaces.stay')")
    second.page.add_init_script(f"sessionStorage.setItem('spaces.stay', {json.dumps(stay)})")
    second.page.goto(f"{stack.url}/")
    expect(second.page.get_by_text("You were in this Space")).to_be_visible(timeout=PATIENCE)
    expect(eve.root).to_have_attribute("data-sound", "on")
    second.page.goto(space_url)
    expect(second.page.get_by_text("You’re listening in another tab")).to_be_visible()
    second.enter()
    second.wait_to_hear(600)
    expect(eve.page.get_by_text("The sound moved to another tab or device")).to_be_visible()
    assert eve.spectrum(600) == [SILENCE]

    eve.page.get_by_role("button", name="Listen here").click()
    eve.wait_to_hear(600)
    expect(second.page.get_by_text("The sound moved to another tab or device")).to_be_visible()


def test_a_speaker_can_move_the_microphone_back_with_one_tap(join_space, space_url):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    second = RoomPage(ana.page.context.new_page(), "ana")
    second.prefer("debug", "1")
    second.page.goto(space_url)
    second.enter()
    ana.room.get_by_role("button", name="Mic is elsewhere").click()
    ana.unmute()
    eve.wait_to_hear(600)
    expect(second.room.get_by_role("button", name="Mic is elsewhere")).to_be_visible()


def test_a_speaker_who_reloads_is_muted(join_space):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(600)
    ana.page.reload()
    ana.wait_for_sound()
    expect(ana.root).to_have_attribute("data-microphone", "muted")
    expect(eve.person("Ana")).to_have_attribute("data-muted", "true", timeout=PATIENCE)
    eve.wait_for_silence(600)
    ana.page.keyboard.press("m")
    eve.wait_to_hear(600)


def test_the_microphone_can_be_changed_during_the_call(join_space):
    ana, eve = join_space("ana", tone=600), join_space("eve")
    ana.unmute()
    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="Audio settings").click()
    microphones = ana.page.get_by_label("Microphone", exact=True)
    expect(microphones).to_be_visible()
    names = microphones.locator("option").all_inner_texts()
    assert len(names) > 1
    microphones.select_option(label=names[-1])
    expect(microphones.locator("option:checked")).to_have_text(names[-1])
    eve.wait_to_hear(600)


def test_a_network_without_udp_is_explained_to_those_who_cannot_play_hls(open_as, space_url):
    scripts = ["delete window.MediaSource; delete window.ManagedMediaSource"]
    scripts.append("HTMLMediaElement.prototype.canPlayType = () => ''")
    page = open_as("eve", space_url, WHOLE, NO_UDP, scripts=scripts).page
    page.get_by_role("button", name="Start listening").click()
    expect(page.get_by_text("Your network blocks the sound")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
