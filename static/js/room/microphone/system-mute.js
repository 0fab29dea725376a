/**
 * A microphone that the system has muted: for a phone call or another app, by a switch on the device, or because it was
 * unplugged. Nobody can hear it, so the room is told that it is muted. When the system unmutes it, the person is unmuted
 * again if they were before, unless they or a host muted them meanwhile.
 */

const SHORT = 1_000; // ms; a headset that switches its mode is back sooner, so the room is not told

export class SystemMute {
  #waits = false;
  #lasts = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #options;

  /**
   * @param {{room: import("../room.js").Room, microphone: import("./microphone.js").Microphone,
   *   isMuted: () => boolean, setMuted: (muted: boolean) => void, onChange: () => void, onOverruled: () => void}} options
   *   `isMuted`, `setMuted`: for the room; `onOverruled`: a host muted it meanwhile
   */
  constructor(options) {
    this.#options = options;
    const { room } = options;
    room.onEvent((event) => {
      if (!this.waits || !endsWaiting(event, room.me)) return;
      this.forget();
      if (event.t === "microphone" || event.t === "muted_all") options.onOverruled();
    });
  }

  /** Whether the person is to be unmuted when the system unmutes the microphone. */
  get waits() {
    return this.#waits && this.#options.microphone.systemMuted;
  }

  /** The code of the notice that says why the person cannot be heard, or "". */
  get notice() {
    if (!this.waits || !this.#lasts) return "";
    return this.#options.microphone.replacing ? "microphone-replacing" : "microphone-muted";
  }

  /** Unmute the person when the system unmutes the microphone. */
  wait() {
    this.#waits = this.#lasts = true;
    this.#options.onChange();
  }

  /** Leave the person muted when the system unmutes the microphone. */
  forget() {
    clearTimeout(this.#timer);
    if (!this.#waits) return;
    this.#waits = this.#lasts = false;
    this.#options.onChange();
  }

  /** `microphone.systemMuted` has changed. */
  update() {
    const { microphone, room, isMuted, setMuted, onChange } = this.#options;
    if (!microphone.systemMuted) {
      const returns = this.#waits && microphone.track !== null;
      this.forget();
      if (returns && isMuted() && !room.state.space.microphones_locked) setMuted(false);
    } else if (!isMuted()) {
      this.#waits = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tellRoom(), SHORT);
      onChange();
    }
  }

  #tellRoom() {
    const { isMuted, setMuted, onChange } = this.#options;
    if (!this.waits) return;
    this.#lasts = true;
    if (!isMuted()) setMuted(true);
    onChange();
  }
}

/** Return true if the event leaves me muted by somebody else. @param {import("../room-state.js").RoomEvent} event @param {string} me */
function endsWaiting(event, me) {
  switch (event.t) {
    case "microphone":
      return event.who === me && event.by !== me && event.muted;
    case "muted_all":
      return event.by !== me;
    case "microphones_locked":
      return event.locked;
    case "stage_left":
    case "removed":
      return event.who === me;
    default:
      return false;
  }
}
