"""The system interrupts the sound or the microphone, and later lets them continue. These tests need
no server."""

import pytest

from tests.fixtures.devices import SPEAKER

PAUSED = "sound.playback === 'paused'"


def test_a_sound_that_the_system_paused_continues(playing_page):
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function("heard()")
    assert playing_page.evaluate("calls") == []


def test_a_sound_that_may_not_play_again_by_itself_waits_for_a_tap(playing_page):
    playing_page.evaluate("pauseBySystem(true)")
    playing_page.wait_for_function(PAUSED)
    playing_page.evaluate("() => { letPlay(); sound.unlock(); }")
    playing_page.wait_for_function("heard() && calls.at(-1) === 'playing'")
    assert playing_page.evaluate("calls") == ["paused", "playing"]


def test_a_sound_that_is_paused_again_at_once_is_not_restarted(playing_page):
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function("heard()")
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function(PAUSED)
    assert not playing_page.evaluate("heard()")
    playing_page.evaluate("sound.unlock()")
    playing_page.wait_for_function("heard()")


def test_a_sound_continues_after_an_interruption(playing_page):
    playing_page.evaluate("pauseBySystem(true)")
    playing_page.wait_for_function(PAUSED)
    playing_page.evaluate("async () => { letPlay(); await sound.context.suspend(); }")
    playing_page.wait_for_function("heard() && sound.context.state === 'running'")
    playing_page.wait_for_function("calls.at(-1) === 'playing'")
    assert playing_page.evaluate("calls") == ["paused", "playing"]


def test_a_stop_by_the_page_itself_is_not_an_interruption(playing_page):
    playing_page.evaluate(
        "() => { sound.stop(); player.element.dispatchEvent(new Event('pause')); }"
    )
    assert playing_page.evaluate("calls") == []


SHOWN = "[root.dataset.microphone, voice.systemMute.notice]"


def mute_by_system(page) -> None:
    page.evaluate("system(true)")
    page.clock.run_for(1_100)


def test_a_mute_by_the_system_is_shown_to_the_room_until_it_ends(speaking_page):
    mute_by_system(speaking_page)
    assert speaking_page.evaluate(SHOWN) == ["system-muted", "microphone-muted"]
    assert speaking_page.evaluate("calls") == [True]
    speaking_page.evaluate("system(false)")
    assert speaking_page.evaluate(f"[calls, ...{SHOWN}]") == [[True, False], "on", ""]


def test_a_short_interruption_is_not_shown_to_the_room(speaking_page):
    speaking_page.evaluate("system(true)")
    assert speaking_page.evaluate(SHOWN) == ["system-muted", ""]
    speaking_page.evaluate("system(false)")
    speaking_page.clock.run_for(5_000)
    assert speaking_page.evaluate("[calls, root.dataset.microphone]") == [[], "on"]


@pytest.mark.parametrize(
    ("act", "events"),
    [
        ("voice.toggle()", []),
        ("voice.mute()", []),
        ("happen({t: 'microphone', who: 'u2', by: 'u1', muted: true})", ["overruled"]),
        ("happen({t: 'muted_all', by: 'u1'})", ["overruled"]),
        ("happen({t: 'microphones_locked', by: 'u1', locked: true})", []),
    ],
)
def test_a_person_muted_during_an_interruption_stays_muted(speaking_page, act, events):
    mute_by_system(speaking_page)
    speaking_page.evaluate(act)
    speaking_page.evaluate("system(false)")
    assert speaking_page.evaluate(f"[calls, events, ...{SHOWN}]") == [[True], events, "muted", ""]


def test_a_muted_person_can_choose_to_be_unmuted_after_an_interruption(speaking_page):
    speaking_page.evaluate("voice.toggle()")
    mute_by_system(speaking_page)
    assert speaking_page.evaluate(SHOWN) == ["muted", ""]
    speaking_page.evaluate("system(false)")
    assert speaking_page.evaluate("[calls, root.dataset.microphone]") == [[True], "muted"]

    mute_by_system(speaking_page)
    speaking_page.evaluate("voice.toggle()")
    assert speaking_page.evaluate(SHOWN) == ["system-muted", "microphone-muted"]
    speaking_page.evaluate("system(false)")
    assert speaking_page.evaluate("[calls, root.dataset.microphone]") == [[True, False], "on"]


LOSE = """async () => {
  navigator.mediaDevices.getUserMedia = () => new Promise((_, reject) => {
    window.refuse = reject;
  });
  microphone.track.dispatchEvent(new Event("ended"));
}"""


def test_unplugging_the_only_microphone_mutes_a_speaker(speaking_page):
    speaking_page.evaluate(LOSE)
    speaking_page.clock.run_for(1_100)
    assert speaking_page.evaluate(SHOWN) == ["system-muted", "microphone-replacing"]
    assert speaking_page.evaluate("calls") == [True]
    speaking_page.evaluate("refuse(new DOMException('', 'NotFoundError'))")
    speaking_page.wait_for_function("events.length")
    assert speaking_page.evaluate("[events, calls, microphone.systemMuted]") == [
        ["microphone-lost"],
        [True],
        False,
    ]


def test_a_microphone_that_is_allowed_after_leaving_is_closed_at_once(script_page):
    script_page.evaluate(SPEAKER)
    state = script_page.evaluate(
        """async () => {
      microphone.release();
      const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const stream = await capture({audio: true});
      let allow;
      navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => { allow = resolve; });
      const opening = microphone.open().catch(({code}) => code);
      microphone.release();
      allow(stream);
      return [await opening, stream.getAudioTracks()[0].readyState, microphone.stream];
    }"""
    )
    assert state == ["released", "ended", None]


MEDIA_SESSION = """async () => {
  const {live} = await import("/room/live.js");
  await import("/room/sound/media-session.js");
  const subscribers = [];
  window.sound = {playback: "playing", subscribe: (each) => subscribers.push(each)};
  const none = () => undefined;
  const room = {state: {space: {title: "Rain", host: ""}}, person: none, renderWith: none};
  live.visit = {room, inside: true, session: {sound, phase: "room"}};
  live.detach(live.visit, live.visit.root);  // notifies the subscribers
  window.turn = (playback) => {
    sound.playback = playback;
    for (const subscriber of subscribers) subscriber(playback);
    return navigator.mediaSession.playbackState;
  };
}"""


def test_the_lock_screen_shows_that_the_sound_is_paused(script_page):
    script_page.evaluate(MEDIA_SESSION)
    states = [
        script_page.evaluate("state => turn(state)", state) for state in ("paused", "playing")
    ]
    assert states == ["paused", "playing"]
