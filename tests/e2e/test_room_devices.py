"""The system takes the sound or the microphone away, and gives it back: the script alone."""

PAUSED = "sound.playback === 'paused'"


def test_a_sound_that_the_system_pauses_plays_on(playing_page):
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function("heard()")
    assert playing_page.evaluate("told") == []


def test_a_sound_that_may_not_play_on_waits_for_a_tap(playing_page):
    playing_page.evaluate("pauseBySystem(true)")
    playing_page.wait_for_function(PAUSED)
    playing_page.evaluate("() => { letPlay(); sound.unlock(); }")
    playing_page.wait_for_function("heard()")
    assert playing_page.evaluate("told") == ["paused", "playing"]


def test_a_sound_that_is_paused_again_at_once_is_not_fought_for(playing_page):
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function("heard()")
    playing_page.evaluate("pauseBySystem(false)")
    playing_page.wait_for_function(PAUSED)
    assert not playing_page.evaluate("heard()")
    playing_page.evaluate("sound.unlock()")
    playing_page.wait_for_function("heard()")


def test_a_sound_plays_on_when_the_interruption_is_over(playing_page):
    playing_page.evaluate("pauseBySystem(true)")
    playing_page.wait_for_function(PAUSED)
    playing_page.evaluate("async () => { letPlay(); await sound.context.suspend(); }")
    playing_page.wait_for_function("heard()")
    assert playing_page.evaluate("[sound.context.state, ...told]") == [
        "running",
        "paused",
        "playing",
    ]


def test_what_this_page_stops_is_no_interruption(playing_page):
    playing_page.evaluate(
        "() => { sound.stop(); player.element.dispatchEvent(new Event('pause')); }"
    )
    assert playing_page.evaluate("told") == []


MEDIA_SESSION = """async () => {
  const {live} = await import("/room/live.js");
  await import("/room/media-session.js");
  const followers = [];
  window.sound = {playback: "playing", follow: (each) => followers.push(each)};
  const none = () => undefined;
  const room = {state: {space: {title: "Rain", host: ""}}, person: none, paintWith: none};
  live.visit = {room, inside: true, session: {sound, phase: "room"}};
  live.part(live.visit, live.visit.root);  // which tells all that follow
  window.turn = (playback) => {
    sound.playback = playback;
    for (const follower of followers) follower(playback);
    return navigator.mediaSession.playbackState;
  };
}"""


def test_the_lock_screen_shows_that_the_sound_is_paused(script_page):
    script_page.evaluate(MEDIA_SESSION)
    states = [
        script_page.evaluate("state => turn(state)", state) for state in ("paused", "playing")
    ]
    assert states == ["paused", "playing"]
