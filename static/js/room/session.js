/**
 * The session in a room, from the tap on "Start listening" until leaving: the socket, the order of its events, and the
 * call. `onPhase` and the room's renderers show the session on the page.
 */
import { isAccount } from "../lib/person-keys.js";
import { setServerTime } from "../lib/server-clock.js";
import { Call } from "./call/call.js";
import { CaptionsSwitch } from "./captions/captions-switch.js";
import { SpeechCaptions } from "./captions/recognition.js";
import { preference, setPreference } from "../lib/preferences.js";
import { watchDevices } from "./microphone/devices.js";
import { Microphone } from "./microphone/microphone.js";
import { watchMusicSending } from "./microphone/music-sending.js";
import { watchMutedTalker } from "./microphone/muted-talker.js";
import { REMOVED } from "./notices/removed.js";
import { Sequence } from "./sequence.js";
import { ReconnectingSocket } from "../lib/socket.js";
import { Sound } from "./sound/sound.js";
import { TabLock } from "./tab-lock.js";
import { Update } from "./update.js";
import { Voice } from "./microphone/voice.js";

/**
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./notices/notices.js").Notices} Notices
 * @typedef {import("./commands.js").Commands} Commands
 * @typedef {import("../lib/socket.js").Frame} Frame
 * @typedef {"preview" | "room" | "ended" | "refused"} Phase
 * @typedef {{code: string, message: string}} Why the reason for which the session has ended
 */
const CLOSED_TO_GUESTS = "The host closed this Space to guests. Sign in to go on listening.";
/** @type {Why} */
export const NO_REASON = { code: "", message: "" };
const STILL_MUTED = "Your microphone is still muted. End the call or close the other app, then try again.";
const STILL_DELAYED = "Live sound still can’t reach you.";
const PLAYBACK = { playing: "", paused: "paused", refused: "autoplay" }; // notice by state of the playback
/** @type {Record<string, string>} notice by the reason of a delay */
const DELAYS = { full: "delayed-full", "network-blocked": "delayed-network-blocked", audience: "delayed-audience" };
const PACE_SHOWN_FOR = 5_000; // ms
const CAN_PLAY = "RTCPeerConnection" in window; // WebKitGTK and browsers with strict privacy settings lack it
const OTHER_ACCOUNT = "Someone else is signed in on this browser now. Reload this page.";

export class Session {
  /** @type {Phase} */
  phase = "preview";
  /** Whether a listener reads captions without any sound. */
  captionsOnly = preference("captionsOnly") === "1";
  #steppingDown = false;
  #isEnding = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pace;
  #options;

  /**
   * @param {{container: import("../lib/parts.js").Container, room: Room, notices: Notices, commands: Commands, signal: AbortSignal,
   *   onPhase: (phase: Phase, why: Why) => void}} options
   */
  constructor(options) {
    const { container, room, notices, commands, signal } = options;
    this.#options = options;
    this.sound = new Sound(signal);
    this.sound.subscribe((playback) => notices.set("playback", PLAYBACK[playback]));
    this.microphone = new Microphone({
      context: () => this.sound.context,
      signal,
      onTrack: (track) => this.call.peer?.replaceTrack(track),
      onFallback: (label) => notices.toast(`Your microphone is now ${label || "another one"}`),
      onLost: (code) => this.#microphoneLost(code),
      onSystemMute: () => this.voice.systemMute.update(),
    });
    this.socket = new ReconnectingSocket({
      path: room.view.urls.socket,
      signal,
      onFrame: (frame) => this.#receive(frame),
      onReady: () => this.#ready(),
      onLost: (full, isLong) => notices.set("socket", full ? "full" : describeLoss(isLong)),
      onRefused: (code, message) => this.#refused(code, message),
    });
    this.sequence = new Sequence({
      revision: () => room.state.rev,
      deliver: (event) => room.receive(event),
      replace: (snapshot) => {
        this.voice.systemMute.forget(); // a missed event may have muted the microphone
        room.replace(snapshot);
      },
      fetchMissed: (since) => commands.get(`events/?since=${since}`),
      signal,
    });
    this.call = new Call({
      socket: this.socket,
      sound: this.sound,
      microphone: this.microphone,
      library: room.view.urls.hls_library,
      isVeryLarge: () => room.view.hls_from > 0 && room.state.audience.count >= room.view.hls_from,
      signal,
      onChange: () => this.render(),
      setNotice: (code) => notices.set("call", code),
    });
    this.update = new Update({ room, notices });
    this.tabLock = new TabLock({ signal, onTaken: () => this.call.wanted && this.call.handOver() });
    this.voice = new Voice({
      container,
      room,
      call: this.call,
      microphone: this.microphone,
      post: (muted) => commands.post("microphone/", [["muted", String(muted)]]),
      takeSound: () => this.retry(),
      showError: (error) => notices.showError(error),
      onSystemMute: () => this.render(),
      onOverruled: () => notices.set("muted", "muted-by-host"),
    });
    room.renderWith(() => this.#matchRoom());
    watchMusicSending({ room, microphone: this.microphone, call: this.call, showError: (error) => notices.showError(error) });
    room.onEvent((event) => {
      // The server will also close the socket, but the sound must stop now.
      if (event.t === "removed" && event.who === room.me) this.#refused(event.t, REMOVED);
      if (event.t === "open_to_guests" && !event.open && room.role() === "guest") this.#refused("signed_out", CLOSED_TO_GUESTS);
    });
    this.captionsSwitch = new CaptionsSwitch({ room, send: (frame) => this.socket.send(frame) });
    this.captions = new SpeechCaptions({
      room,
      track: () => (this.phase === "room" && this.call.speaking ? this.microphone.track : null),
      isMuted: () => this.voice.muted,
      send: (frame) => this.socket.send(frame),
      offer: () => commands.post("captions/voice/", [["on", "true"], ["has_recognition", "true"]]),
      signal,
    });
    watchDevices({ call: this.call, sound: this.sound, signal });
    watchMutedTalker({
      microphone: this.microphone,
      watching: () => this.call.speaking && this.voice.muted && !room.state.space.microphones_locked,
      onChange: (talks) => notices.set("talk", talks ? "muted-talking" : ""),
      signal,
    });
  }

  /** Call this in a tap handler if possible, since browsers allow sound to start there. */
  enter() {
    const { room, notices } = this.#options;
    if (this.phase !== "preview") return;
    this.#setPhase("room");
    if (CAN_PLAY && !this.#readsOnly) {
      this.tabLock.take();
      this.sound.unlock();
      notices.set("call", "connecting");
      if (room.may("speak")) this.microphone.open().catch(() => undefined); // the call opens the microphone again and reports errors
    }
    this.socket.open();
    // A page that was closed suddenly may have left the microphone on, but people always enter muted.
    if (!this.voice.muted) void this.voice.set(true);
    this.#matchRoom();
  }

  /** Switch the sound of a listener off or on. People on the stage always have it. @param {boolean} only */
  setCaptionsOnly(only) {
    this.captionsOnly = only;
    setPreference("captionsOnly", only ? "1" : "");
    if (CAN_PLAY && !only && this.phase === "room") {
      this.tabLock.take();
      this.sound.unlock();
    }
    this.#matchRoom();
  }

  /** The Space has ended while the page showed its preview, which receives no events of the room. */
  endPreview() {
    if (this.phase === "preview") this.#setPhase("ended");
  }

  leave() {
    if (this.phase !== "room") return;
    if (!this.voice.muted) void this.#options.commands.post("microphone/", [["muted", "true"]], { keepalive: true }).catch(() => undefined);
    this.#hangUp();
    this.#setPhase("preview");
  }

  /** Leave on purpose and give up the seat on the stage. A host first chooses a successor or ends the Space (leaving.js). */
  leaveForGood() {
    const { room, commands } = this.#options;
    if (room.may("step_down")) void commands.post("step-down/", [], { keepalive: true }).catch(() => undefined);
    this.leave();
  }

  /** Reconnect the sound in this tab. */
  async retry() {
    this.tabLock.take();
    this.sound.unlock();
    const wasDelayed = this.call.delayed;
    await this.call.resume();
    if (wasDelayed && this.call.delayed) this.#options.notices.toast(STILL_DELAYED);
  }

  /** Connect as a listener before leaving the stage, so that the sound has no gap. */
  async stepDown() {
    this.#steppingDown = true; // until the room confirms that the person has left the stage
    try {
      await this.call.want("listen");
      await this.#options.commands.post("step-down/");
    } catch (error) {
      this.#steppingDown = false;
      this.#matchRoom();
      throw error;
    }
  }

  /** @param {string} device */
  async chooseMicrophone(device) {
    await this.microphone.choose(device);
    if (this.call.microphoneProblem) await this.call.retryMicrophone();
  }

  /** Open the microphone again, because the system did not unmute it. */
  async restartMicrophone() {
    await this.microphone.restart().catch(() => undefined);
    if (this.microphone.systemMuted) throw new Error(STILL_MUTED);
  }

  /** Resume sound and microphone when the page becomes visible, since e.g. a phone call may have stopped them. */
  pageVisible() {
    this.sound.unlock();
    if (this.microphone.systemMuted) void this.microphone.restart().catch(() => undefined);
  }

  /** Make the call and the phase match the room's state. */
  #matchRoom() {
    if (this.phase !== "room") return;
    const { room } = this.#options;
    if (room.ended) return void this.#end();
    this.#explainMissingSound();
    if (!room.may("speak")) this.#steppingDown = false;
    if (!CAN_PLAY || this.#steppingDown) return;
    const kind = this.#readsOnly ? null : room.may("speak") ? "speak" : "listen";
    this.call.preferLive(room.hasRequested(room.me));
    if (this.call.wanted === kind) return;
    void this.call.want(kind);
    if (!kind) this.#options.notices.set("call", "");
  }

  #explainMissingSound() {
    const { notices } = this.#options;
    if (CAN_PLAY) notices.set("reading", this.#readsOnly ? "captions-only" : "");
    else notices.set("support", this.#readsOnly ? "" : "webrtc-missing");
  }

  get #readsOnly() {
    return this.captionsOnly && !this.#options.room.may("speak");
  }

  #ready() {
    this.#options.notices.set("socket", "");
    this.captionsSwitch.connected();
    void this.call.socketReady();
  }

  /** @param {Frame} frame */
  #receive(frame) {
    const { room } = this.#options;
    switch (frame.t) {
      case "hello":
        if (this.#isForAnotherViewer(frame.me)) return this.#startOver();
        setServerTime(frame.now);
        this.update.check(frame.protocol);
        room.receive({ t: "talking", people: [] }); // the server then sends who is talking
        this.sequence.catchUp(frame.rev, { atOnce: true });
        break;
      case "revision":
        this.sequence.catchUp(frame.rev);
        break;
      case "moved":
        if (this.call.wanted) this.call.handOver();
        break;
      case "peer_gone":
        this.call.peerGone(frame.peer, frame.reason);
        break;
      case "refused":
        if (frame.code === "too_fast") this.#slowDown();
        break;
      case "reply":
      case "beat":
      case "peer_up":
        break; // handled by the socket or by the peer connection
      default:
        this.sequence.receive(/** @type {import("./room-state.js").RoomEvent} */ (frame));
    }
  }

  /** Return true if the socket reconnected for another viewer. A stranger who becomes a guest is the same viewer. @param {string} me */
  #isForAnotherViewer(me) {
    const previous = this.#options.room.me;
    return me !== previous && (previous !== "" || isAccount(me));
  }

  /** Reload, because the page was made for the previous viewer. */
  #startOver() {
    this.#refused("other_account", OTHER_ACCOUNT);
    location.reload();
  }

  #slowDown() {
    const { notices } = this.#options;
    notices.set("pace", "too-fast");
    clearTimeout(this.#pace);
    this.#pace = setTimeout(() => notices.set("pace", ""), PACE_SHOWN_FOR);
  }

  /** @param {string} code @param {string} message */
  #refused(code, message) {
    if (this.phase !== "room") return;
    if (code === "not_live") return void this.#end({ code, message });
    this.#hangUp();
    this.#setPhase("refused", { code, message });
  }

  /** The Space has ended; a delayed listener first hears the rest. */
  async #end(why = NO_REASON) {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.call.delayed) await this.call.playRest();
    this.#isEnding = false;
    if (this.phase !== "room") return; // the person has left meanwhile
    this.#hangUp();
    this.#setPhase("ended", why);
  }

  /** @param {string} code */
  #microphoneLost(code) {
    this.voice.mute();
    void this.call.loseMicrophone(code);
  }

  /** Show the state of the call on the page; also called when another page shows the visit. */
  render() {
    const { notices, container } = this.#options;
    notices.set("microphone", this.call.microphoneProblem || this.voice.systemMute.notice);
    container.root.dataset.sound = this.call.up ? "on" : "off";
    notices.set("delay", this.call.delayed ? (DELAYS[this.call.delayedBy] ?? "") : "");
    container.root.dataset.delayed = this.call.delayed ? "yes" : "no";
    this.voice.render();
    this.captions.update();
  }

  #hangUp() {
    void this.call.want(null);
    this.socket.close();
  }

  /** @param {Phase} phase */
  #setPhase(phase, why = NO_REASON) {
    this.phase = phase;
    this.#options.onPhase(phase, why);
  }
}

/** @param {boolean} isLong whether the next attempt is several seconds away @returns {string} a notice */
function describeLoss(isLong) {
  if (!navigator.onLine) return "offline";
  return isLong ? "unreached" : "reconnecting";
}
