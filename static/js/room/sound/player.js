/** Plays one stream with an <audio> element, and reports when something other than this page pauses it. */
import { openAnalyser } from "./level.js";

const START_WITHIN = 1_000; // ms; a player without data starts when data arrives

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

  /** @returns {Promise<boolean>} whether it plays, or will play as soon as there is data */
  async play() {
    const patience = new Promise((resolve) => setTimeout(resolve, START_WITHIN));
    // If it is refused or paused again at once, `paused` below says so.
    await Promise.race([this.element.play(), patience]).catch(() => undefined);
    return this.#stopped || !this.element.paused;
  }

  /** @param {string} device @returns {Promise<boolean>} whether it plays there; otherwise the device is unchanged */
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
