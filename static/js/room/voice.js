/**
 * The microphone button: muted here at once and on the server for good. The server's word is the
 * truth; while ours is on its way it is shown, and taken back with the reason if it is refused.
 */
import { part, setData } from "./parts.js";

/**
 * @typedef {import("./room.js").Room} Room
 * @typedef {import("./call.js").Call} Call
 * @typedef {import("./microphone.js").Microphone} Microphone
 */
// They begin with the words that one sees, so that voice control finds the button.
const UNMUTE = "Mic is off. Tap to speak: unmute your microphone";
const UNMUTE_LATER = "Mic is off. Locked by a host";
const LOCKED = "A host locked the microphones. Raise your hand to be seen.";
const STARTING = "Mic is starting. One moment";
const BRING_HERE = "Mic is elsewhere. Tap to use it here";
const MUTE = "Mic is on. Tap to mute your microphone";

export class Voice {
  /** @type {boolean | null} */
  #asked = null; // what we want and the room has not said yet
  #posting = false;
  #eager = false; // to unmute as soon as the voice can be heard
  #options;

  /**
   * @param {{place: import("./parts.js").Place, room: Room, call: Call, microphone: Microphone,
   *   post: (muted: boolean) => Promise<void>, bringHere: () => unknown, complain: (error: unknown) => void}} options
   *   `bringHere`: from the tab or device that has the sound
   */
  constructor(options) {
    this.#options = options;
    const { room } = options;
    room.onEvent((event) => {
      if (settles(event, room.me, this.#asked)) this.#asked = null;
    });
    room.paintWith(() => this.paint());
  }

  get muted() {
    const { room } = this.#options;
    return this.#asked ?? room.seat(room.me)?.muted ?? true;
  }

  get #locked() {
    return this.#options.room.state.space.microphones_locked;
  }

  toggle() {
    const { room, call } = this.#options;
    if (!room.may("speak")) return;
    if (call.away) this.#options.bringHere();
    else if (call.voiceless) void call.retryMicrophone();
    else if (this.muted && this.#locked) this.#options.complain(new Error(LOCKED));
    else if (call.speaking) void this.set(!this.muted);
    else this.#eager = !this.#eager;
    this.paint();
  }

  /** @param {boolean} muted */
  async set(muted) {
    this.#asked = muted;
    this.paint();
    if (this.#posting) return;
    this.#posting = true;
    try {
      // Whoever taps again while the first word is on its way means the last one.
      for (let said; this.#asked !== null && said !== this.#asked; ) await this.#options.post((said = this.#asked));
    } catch (error) {
      this.#asked = null;
      this.#options.complain(error);
    } finally {
      this.#posting = false;
      this.paint();
    }
  }

  paint() {
    const { call, microphone } = this.#options;
    const { root } = this.#options.place;
    if (call.wanted !== "speak" || call.voiceless || call.away) this.#eager = false;
    if (this.#eager && call.speaking) {
      this.#eager = false;
      if (this.muted && !this.#locked) return void this.set(false);
    }
    microphone.muted = this.muted;
    const starting = call.wanted === "speak" && !call.voiceless && !call.speaking;
    const state = call.away ? "away" : starting ? "connecting" : this.muted ? "muted" : "on";
    if (root.dataset.mic !== state) root.dataset.mic = state;
    const button = part(root, "mic");
    setData(button, "eager", this.#eager);
    button.setAttribute("aria-pressed", String(this.muted));
    const unmute = this.#locked ? UNMUTE_LATER : UNMUTE;
    button.setAttribute("aria-label", call.away ? BRING_HERE : starting ? STARTING : this.muted ? unmute : MUTE);
    this.#options.place.repainted();
  }
}

/**
 * Whether the event answers what we asked for, or overrules it.
 * @param {import("../room-state.js").RoomEvent} event @param {string} me @param {boolean | null} asked
 */
function settles(event, me, asked) {
  switch (event.t) {
    case "microphone":
      return event.who === me && (event.by !== me || event.muted === asked);
    case "muted_all":
      return event.by !== me;
    case "stage_left":
    case "removed":
      return event.who === me;
    default:
      return false;
  }
}
