/**
 * The switch "CC": whether this person reads captions, in the room and in the dock. The choice is kept in this browser.
 * The server sends interim captions only to pages that show them.
 */
import { preference, setPreference } from "../../lib/preferences.js";

export class CaptionsSwitch {
  on = preference("captions") === "1";
  #options;

  /** @param {{room: import("../room.js").Room, send: (frame: {t: string, on: boolean}) => unknown}} options */
  constructor(options) {
    this.#options = options;
  }

  /** @param {boolean} on */
  turn(on) {
    const { room } = this.#options;
    if (this.on === on) return;
    this.on = on;
    setPreference("captions", on ? "1" : "");
    room.dropInterims();
    this.#report();
  }

  /** A new socket receives no interim captions until it reports that they are shown. */
  connected() {
    this.#options.room.dropInterims();
    if (this.on) this.#report();
  }

  #report() {
    this.#options.send({ t: "read_captions", on: this.on });
  }
}
