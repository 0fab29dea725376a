/** Play one stream with an <audio> element, and report when something other than this page pauses it. */
import { openAnalyser } from "./level.js";

const START_TIMEOUT = 1_000; // ms; a player without data starts when data arrives

export class Player {
  element = new Audio();
  /** @type {AnalyserNode | null} */
  analyser;
  #stopped = false;

  /** @param {MediaStream} stream @param {AudioContext | null} context @param {(player: Player) => void} onPaused */
  constructor(stream, context, onPaused) {
    this.stream = stream;
    this.element.muted = true;
    this.element.srcObject = stream;
    this.analyser = context && openAnalyser(context, stream);
    this.element.addEventListener("pause", () => {
      // The end of a stream also pauses its element, which is not an interruption.
      if (!this.#stopped && this.stream.active) onPaused(this);
    });
    void this.play();
  }

  /** @returns {Promise<boolean>} whether the stream plays, or will play as soon as there is data */
  async play() {
    const timeout = new Promise((resolve) => setTimeout(resolve, START_TIMEOUT));
    // If playback is refused or paused at once, `paused` below is true.
    await Promise.race([this.element.play(), timeout]).catch(() => undefined);
    return this.#stopped || !this.element.paused;
  }

  /** @param {string} device @returns {Promise<boolean>} whether the device was changed */
  async direct(device) {
    if (!("setSinkId" in this.element)) return false;
    return this.element.setSinkId(device).then(() => true, () => false);
  }

  stop() {
    this.#stopped = true;
    this.element.muted = true;
    this.element.pause();
    this.element.srcObject = null;
    this.analyser?.disconnect();
    this.analyser = null;
  }
}
