/**
 * A microphone that the system has muted: for a phone call or another app, by a switch on the device, or because it was
 * unplugged. Nobody can hear the person, so the room shows them as muted. When the system unmutes the microphone, the
 * person is unmuted if they were unmuted before, unless they or a host muted them meanwhile.
 */

const REPORT_AFTER = 1_000; // ms; a headset that switches its mode mutes the microphone for less

export class SystemMute {
  #waits = false;
  #lasts = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #options;

  /**
   * @param {{room: import("../room.js").Room, microphone: import("./microphone.js").Microphone,
   *   isMuted: () => boolean, setMuted: (muted: boolean) => void, onChange: () => void, onOverruled: () => void}} options
   *   `isMuted`, `setMuted`: the person's state in the room; `onOverruled`: a host muted them meanwhile
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

  /** The code of the notice that explains why nobody can hear the person, or "". */
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
      this.#timer = setTimeout(() => this.#muteInRoom(), REPORT_AFTER);
      onChange();
    }
  }

  #muteInRoom() {
    const { isMuted, setMuted, onChange } = this.#options;
    if (!this.waits) return;
    this.#lasts = true;
    if (!isMuted()) setMuted(true);
    onChange();
  }
}

/**
 * Return true if after this event the microphone must stay muted, because of somebody else or because the person left the stage.
 * @param {import("../room-state.js").RoomEvent} event @param {string} me
 */
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
