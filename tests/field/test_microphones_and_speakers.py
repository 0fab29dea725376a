"""Problems with headsets, telephone calls and prompts in comparable systems."""

import pytest

from tests.fixtures.devices import PLAYBACK, SPEAKER

pytestmark = pytest.mark.e2e
TAP_FIRST = "--autoplay-policy=document-user-activation-required"
PAUSED = "sound.playback === 'paused'"


def mute_by_system(page) -> None:
    page.evaluate("system(true)")
    page.clock.run_for(1_100)


# The scripts of a room's page without its templates; the socket is never opened.
SESSION = """async () => {
  const [{Session}, {Room}, {live}, {toState}] = await Promise.all(
    ["room/session.js", "room/room.js", "room/live.js", "room/room-state.js"].map(
      (each) => import("/" + each)));
  const me = {id: "u1", name: "Ana"};
  const state = toState({
    rev: 1, space: {host: "u1"}, stage: [{person: me, role: "host", muted: true, hand: false}],
    invited: [], requests: [], accepted: [], messages: [], pins: [],
    captions: {voices: [], captioners: [], requested: null, lines: []},
    audience: {count: 0, guests: 0, people: []},
  });
  document.body.innerHTML = `<div id="root"><button data-part="microphone"></button></div>`;
  const root = document.getElementById("root");
  const none = () => undefined;
  window.notices = {};
  window.session = new Session({
    container: {root, onRender: none},
    room: new Room(state, {me, may: {host: ["speak"]}, blocked: [], urls: {socket: "/"}}),
    notices: {set: (reason, code) => { notices[reason] = code; }, toast: none, showError: none},
    commands: {post: async () => undefined, get: none},
    signal: new AbortController().signal, onPhase: none,
  });
  live.visit = {session};
  window.plug = (...devices) => {
    navigator.mediaDevices.enumerateDevices = async () => devices.map(
      ([kind, deviceId]) => ({kind, deviceId, label: deviceId}));
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  };
}"""


@pytest.fixture
def session(script_page):
    script_page.evaluate(SESSION)
    return script_page


def test_a_speaker_is_heard_after_a_telephone_call_without_an_unmute_event(session):
    session.evaluate(
        """async () => {
      const {microphone} = session;
      await microphone.open();
      Object.defineProperty(microphone.track, "muted", {value: true});
      microphone.track.dispatchEvent(new Event("mute"));
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    )
    session.wait_for_function("!session.microphone.systemMuted")
    assert session.evaluate("session.microphone.track.readyState") == "live"


def test_a_speaker_muted_before_a_telephone_call_stays_muted_after_it(speaking_page):
    speaking_page.evaluate("voice.toggle()")
    mute_by_system(speaking_page)
    speaking_page.evaluate("system(false)")
    assert speaking_page.evaluate("[calls, microphone.track.enabled]") == [[True], False]


def test_playback_continues_after_an_interruption_by_siri(script_page):
    script_page.evaluate(
        """() => {
      const audioSession = Object.assign(new EventTarget(), {state: "active"});
      Object.defineProperty(navigator, "audioSession", {value: audioSession});
      window.interrupt = (state) => {
        audioSession.state = state;
        audioSession.dispatchEvent(new Event("statechange"));
      };
    }"""
    )
    script_page.evaluate(PLAYBACK)
    script_page.evaluate("interrupt('interrupted')")
    assert script_page.evaluate("calls") == ["paused"]
    script_page.evaluate("interrupt('active')")
    script_page.wait_for_function("sound.playback === 'playing' && heard()")


def test_the_page_shows_that_a_telephone_call_interrupts_the_sound(playing_page):
    playing_page.evaluate(
        """() => {
      const {context} = sound;
      let state = "interrupted";
      Object.defineProperty(context, "state", {get: () => state});
      context.resume = async () => { throw new DOMException("", "InvalidStateError"); };
      window.hangUp = () => {
        state = "running";
        context.resume = async () => undefined;
        context.dispatchEvent(new Event("statechange"));
      };
      context.dispatchEvent(new Event("statechange"));
    }"""
    )
    playing_page.wait_for_function(PAUSED)
    playing_page.evaluate("hangUp()")
    playing_page.wait_for_function("sound.playback === 'playing'")


def test_a_headset_that_is_plugged_in_again_is_used_without_rejoining(session):
    session.evaluate(
        "() => { session.call.microphoneProblem = 'microphone-lost'; session.render(); }"
    )
    session.evaluate("plug(['audiooutput', 'speaker'])")
    assert session.evaluate("notices.microphone") == "microphone-lost"
    session.evaluate("plug(['audiooutput', 'speaker'], ['audioinput', 'headset'])")
    session.wait_for_function("session.call.microphoneProblem === '' && notices.microphone === ''")


# The devices to which the sound was sent, in order.
OUTPUTS = """() => {
  window.outputs = [];
  session.sound.direct = async (device) => { outputs.push(device); return true; };
  localStorage.setItem("spaces.output", "headset");
}"""


def test_sound_moves_to_the_loudspeaker_while_the_chosen_headset_is_unplugged(session):
    session.evaluate(OUTPUTS)
    session.evaluate("plug(['audiooutput', 'speaker'])")
    session.wait_for_function("outputs.length === 1")
    session.evaluate("plug(['audiooutput', 'speaker'], ['audiooutput', 'headset'])")
    session.wait_for_function("outputs.length === 2")
    assert session.evaluate("outputs") == ["", "headset"]


def test_the_chosen_headset_is_kept_if_the_browser_lists_no_loudspeaker(session):
    session.evaluate(OUTPUTS)
    session.evaluate("plug(['audioinput', ''], ['audiooutput', ''])")
    session.evaluate("plug(['audiooutput', 'headset'])")
    session.wait_for_function("outputs.length === 1")
    assert session.evaluate("outputs") == ["headset"]


AUDIO_SHEET = """async () => {
  const {AudioSheet} = await import("/room/sound/audio-sheet.js");
  document.body.innerHTML = `<dialog data-part="audio-sheet"></dialog>
    <select data-part="microphones"></select><select data-part="outputs"></select>
    <input type="checkbox" data-part="data-saver">
    ${["microphone-row", "microphone-later", "outputs-row", "level-row", "level"].map(
      (each) => `<div data-part="${each}"></div>`).join("")}`;
  localStorage.setItem("spaces.output", "speaker");
  window.errors = [];
  window.list = (name) =>
    [...document.querySelector(`[data-part=${name}]`)].map(({value}) => value);
  window.plug = (...devices) => {
    navigator.mediaDevices.enumerateDevices = async () => devices.map(
      ([kind, deviceId]) => ({kind, deviceId, label: deviceId}));
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  };
  window.outputs = document.querySelector("[data-part=outputs]");
  window.microphones = document.querySelector("[data-part=microphones]");
  window.microphone = {analyser: null, device: "built-in", track: null};
  new AudioSheet(document.body, {
    microphone,
    sound: {direct: async (device) => device !== "broken"},
    speaks: () => true, saveData: async () => undefined,
    choose: async (device) => { if (device === "broken") throw new Error(); },
    showError: ({message}) => errors.push(message), signal: new AbortController().signal,
  });
}"""


def test_a_headset_that_is_plugged_in_is_listed_at_once(script_page):
    script_page.evaluate(AUDIO_SHEET)
    script_page.evaluate("plug(['audioinput', 'built-in'])")
    script_page.wait_for_function("list('microphones').join() === 'built-in'")
    script_page.evaluate("plug(['audioinput', 'built-in'], ['audioinput', 'headset'])")
    script_page.wait_for_function("list('microphones').join() === 'built-in,headset'")


@pytest.mark.parametrize(
    ("current", "words"),
    [
        ("null", "That microphone couldn’t be started."),
        ("{}", "That microphone couldn’t be started. You’re still on the previous one."),
    ],
    ids=["no other microphone is open", "another microphone is open"],
)
def test_an_error_mentions_the_previous_microphone_only_if_it_is_open(script_page, current, words):
    script_page.evaluate(AUDIO_SHEET)
    script_page.evaluate("plug(['audioinput', 'built-in'], ['audioinput', 'broken'])")
    script_page.wait_for_function("list('microphones').length === 2")
    script_page.evaluate(f"() => {{ microphone.track = {current}; }}")
    script_page.evaluate(
        "() => { microphones.value = 'broken'; microphones.dispatchEvent(new Event('change')); }"
    )
    script_page.wait_for_function("errors.length")
    assert script_page.evaluate("errors") == [words]


def test_a_loudspeaker_that_cannot_play_is_not_shown_as_chosen(script_page):
    script_page.evaluate(AUDIO_SHEET)
    script_page.evaluate("plug(['audiooutput', 'speaker'], ['audiooutput', 'broken'])")
    script_page.wait_for_function("list('outputs').length === 2")
    script_page.evaluate(
        "() => { outputs.value = 'broken'; outputs.dispatchEvent(new Event('change')); }"
    )
    script_page.wait_for_function("errors.length")
    script_page.wait_for_function("outputs.value === 'speaker'")
    assert script_page.evaluate("localStorage.getItem('spaces.output')") == "speaker"


def test_the_page_asks_for_a_tap_if_sound_starts_before_any_tap(open_module_page):
    # Chromium treats a script from Playwright as a tap, but not the page's own scripts. So the
    # page writes the events into its address.
    start = f"<script type=module>await ({PLAYBACK})(); location.hash = calls.join()</script>"
    page = open_module_page(start, flags=[TAP_FIRST])
    page.wait_for_url("**#refused")
    page.mouse.click(10, 10)
    page.evaluate("sound.unlock()")
    page.wait_for_function("sound.playback === 'playing' && heard()")


def test_a_microphone_muted_by_a_hardware_switch_is_reported(script_page):
    script_page.evaluate(
        """() => {
      const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (what) => {
        const stream = await capture(what);
        const [track] = stream.getAudioTracks();
        Object.defineProperty(track, "muted", {value: true, configurable: true});
        return stream;
      };
    }"""
    )
    script_page.evaluate(SPEAKER)
    script_page.wait_for_function("voice.systemMute.notice === 'microphone-muted'")
    assert script_page.evaluate("[calls, root.dataset.microphone]") == [[True], "system-muted"]
    script_page.evaluate("system(false)")
    assert script_page.evaluate("[calls, root.dataset.microphone]") == [[True, False], "on"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Permission denied", "microphone-refused"),
        ("Permission dismissed", "microphone-dismissed"),
        ("Permission denied by system", "microphone-blocked"),
    ],
)
def test_a_refused_microphone_gets_the_notice_for_its_cause(script_page, words, code):
    answer = script_page.evaluate(
        """async (words) => {
      const {Microphone} = await import("/room/microphone/microphone.js");
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException(words, "NotAllowedError");
      };
      const {signal} = new AbortController();
      return new Microphone({context: () => null, signal}).open().catch(({code}) => code);
    }""",
        words,
    )
    assert answer == code


def test_a_microphone_that_ends_while_the_page_is_visible_is_restarted(speaking_page):
    speaking_page.evaluate(
        """() => {
      window.before = microphone.track;
      before.dispatchEvent(new Event("ended"));
    }"""
    )
    speaking_page.wait_for_function("events.length")
    assert speaking_page.evaluate(
        "[events, calls, microphone.track !== before, microphone.track.readyState,"
        " root.dataset.microphone]"
    ) == [["another"], [], True, "live", "on"]


def test_allowing_the_microphone_in_the_browsers_settings_needs_no_reload(script_page):
    script_page.evaluate(
        """() => {
      const status = window.permission = Object.assign(new EventTarget(), {state: "denied"});
      navigator.permissions.query = async () => status;
    }"""
    )
    script_page.evaluate(SESSION)
    script_page.evaluate("() => { session.call.microphoneProblem = 'microphone-refused'; }")
    script_page.evaluate(
        """() => {
      permission.state = "granted";
      permission.dispatchEvent(new Event("change"));
    }"""
    )
    assert script_page.evaluate("session.call.microphoneProblem") == ""
