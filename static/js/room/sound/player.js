/** Play one stream, or an element that has a source already, with an <audio> element, and report when something other than this page pauses it. */
import { openAnalyser } from "./level.js";

const START_TIMEOUT = 1_000; // ms; a player without data starts when data arrives

export class Player {
  /** @type {AnalyserNode | null} */
  analyser;
  #stopped = false;

  /** @param {MediaStream | HTMLAudioElement} source @param {AudioContext | null} context @param {(player: Player) => void} onPaused */
  constructor(source, context, onPaused) {
    this.element = source instanceof MediaStream ? new Audio() : source;
    this.element.muted = true;
    if (source instanceof MediaStream) this.element.srcObject = source;
    /** What is played, for measuring; null if the browser can't tell. */
    this.stream = source instanceof MediaStream ? source : capture(source);
    this.analyser = context && this.stream && openAnalyser(context, this.stream);
    this.element.addEventListener("pause", () => {
      // The end of a stream also pauses its element, which is not an interruption.
      if (!this.#stopped && (!(source instanceof MediaStream) || source.active)) onPaused(this);
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

/** Only Chromium can capture an element without changing how it sounds. @param {HTMLAudioElement} element @returns {MediaStream | null} */
function capture(element) {
  /** @type {MediaStream | undefined} */
  const stream = /** @type {{captureStream?: () => MediaStream}} */ (/** @type {unknown} */ (element)).captureStream?.();
  return stream?.getAudioTracks().length ? stream : null;
}
