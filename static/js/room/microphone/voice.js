/**
 * The microphone button: it mutes on this page at once, and on the server. The server's state counts: the person's change
 * is shown while it is being sent; if the server refuses it, the change is undone and the error is shown.
 */
import { part, setData } from "../../lib/parts.js";
import { SystemMute } from "./system-mute.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../call/call.js").Call} Call
 * @typedef {import("./microphone.js").Microphone} Microphone
 */
/** Labels by state. Each starts with the visible text, so that voice control finds the button. */
const LABELS = {
  away: "Mic is elsewhere. Tap to use it here",
  asking: "Mic is waiting. Answer your browser",
  connecting: "Mic is starting. One moment",
  "system-muted": "Mic is muted by the system. Tap to leave it off",
  muted: "Mic is off. Tap to speak: unmute your microphone",
  on: "Mic is on. Tap to mute your microphone",
};
const LOCKED_LABEL = "Mic is off. Locked by a host";
const LOCKED = "A host locked the microphones. Raise your hand to be seen.";

export class Voice {
  /** @type {boolean | null} */
  #requested = null; // the state that was requested, until the room confirms it
  #posting = false;
  #unmutesWhenReady = false; // unmute as soon as the call can send the voice
  #options;

  /**
   * @param {{container: import("../../lib/parts.js").Container, room: Room, call: Call, microphone: Microphone,
   *   post: (muted: boolean) => Promise<void>, takeSound: () => unknown, showError: (error: unknown) => void,
   *   onSystemMute: () => void, onOverruled: () => void}} options
   *   `takeSound`: move the sound from another tab or device to this tab; for the last two see SystemMute
   */
  constructor(options) {
    this.#options = options;
    const { room, microphone } = options;
    this.systemMute = new SystemMute({
      room,
      microphone,
      isMuted: () => this.muted,
      setMuted: (muted) => void this.set(muted),
      onChange: options.onSystemMute,
      onOverruled: options.onOverruled,
    });
    room.onEvent((event) => {
      if (confirms(event, room.me, this.#requested)) this.#requested = null;
    });
    room.renderWith(() => this.render());
  }

  get muted() {
    const { room } = this.#options;
    return this.#requested ?? room.seat(room.me)?.muted ?? true;
  }

  get #locked() {
    return this.#options.room.state.space.microphones_locked;
  }

  toggle() {
    const { room, call } = this.#options;
    if (!room.may("speak")) return;
    if (call.away) this.#options.takeSound();
    else if (call.microphoneProblem && !call.awaitsMicrophone) void call.retryMicrophone();
    else if (this.systemMute.waits) this.mute();
    else if (this.muted && this.#locked) this.#options.showError(new Error(LOCKED));
    else if (!call.speaking) this.#unmutesWhenReady = !this.#unmutesWhenReady;
    else if (this.muted) this.#unmute();
    else this.mute();
    this.render();
  }

  /** Mute, and stay muted when the system unmutes the microphone. */
  mute() {
    this.systemMute.forget();
    if (!this.muted) void this.set(true);
  }

  #unmute() {
    if (this.#options.microphone.systemMuted) this.systemMute.wait();
    else void this.set(false);
  }

  /** @param {boolean} muted */
  async set(muted) {
    this.#requested = muted;
    this.render();
    if (this.#posting) return;
    this.#posting = true;
    try {
      // If the person taps again during a request, send the latest state.
      for (let sent; this.#requested !== null && sent !== this.#requested; ) await this.#options.post((sent = this.#requested));
    } catch (error) {
      this.#requested = null;
      this.#options.showError(error);
    } finally {
      this.#posting = false;
      this.render();
    }
  }

  render() {
    const { call, microphone } = this.#options;
    const { root } = this.#options.container;
    if (call.wanted !== "speak" || (call.microphoneProblem && !call.awaitsMicrophone) || call.away) this.#unmutesWhenReady = false;
    if (this.#unmutesWhenReady && call.speaking) {
      this.#unmutesWhenReady = false;
      if (this.muted && !this.#locked) return this.#unmute();
    }
    microphone.muted = this.muted;
    const state = this.#state;
    if (root.dataset.microphone !== state) root.dataset.microphone = state;
    const button = part(root, "microphone");
    setData(button, "eager", this.#unmutesWhenReady);
    button.setAttribute("aria-pressed", String(this.muted || state === "system-muted"));
    button.setAttribute("aria-label", state === "muted" && this.#locked ? LOCKED_LABEL : LABELS[state]);
    this.#options.container.onRender();
  }

  get #state() {
    const { call } = this.#options;
    if (call.away) return "away";
    if (call.microphoneProblem === "microphone-asking") return "asking";
    if (call.awaitsMicrophone || (call.wanted === "speak" && !call.microphoneProblem && !call.speaking)) return "connecting";
    if (this.systemMute.waits) return "system-muted";
    return this.muted ? "muted" : "on";
  }
}

/**
 * Return true if the event confirms the requested state or overrules it.
 * @param {import("../room-state.js").RoomEvent} event @param {string} me @param {boolean | null} requested
 */
function confirms(event, me, requested) {
  switch (event.t) {
    case "microphone":
      return event.who === me && (event.by !== me || event.muted === requested);
    case "muted_all":
      return event.by !== me;
    case "stage_left":
    case "removed":
      return event.who === me;
    default:
      return false;
  }
}
