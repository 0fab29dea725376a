/** One stream, played by one <audio> element. It says so when something other than this page pauses it. */
import { openAnalyser } from "./level.js";

const START_WITHIN = 1_000; // ms; a player without data yet starts when there is some

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
      // A stream that has ended pauses its element too: there is nothing left to hear.
      if (!this.#stopped && this.stream.active) onPaused(this);
    });
    void this.play();
  }

  /** @returns {Promise<boolean>} whether it plays, or will as soon as there is data */
  async play() {
    const patience = new Promise((resolve) => setTimeout(resolve, START_WITHIN));
    // Refused, or paused again at once: the element knows.
    await Promise.race([this.element.play(), patience]).catch(() => undefined);
    return this.#stopped || !this.element.paused;
  }

  /** @param {string} device @returns {Promise<boolean>} whether it plays there; else where it played before */
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
