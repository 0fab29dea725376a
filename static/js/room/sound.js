/**
 * What this page plays: one player a connection, of which one is heard, and how loud it is.
 * Chromium decodes a remote stream into WebAudio only while an <audio> element plays it too.
 */
import { levelOf, openAnalyser } from "./level.js";

export class Sound {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {Player | null} */
  #heard = null;
  /** @type {Player | null} */
  #next = null;
  #output = "";
  #onBlocked;

  /** @param {(blocked: boolean) => void} onBlocked the browser wants a tap before it plays */
  constructor(onBlocked) {
    this.#onBlocked = onBlocked;
  }

  get context() {
    return this.#context;
  }

  /** What is heard now. @returns {MediaStream | null} */
  get stream() {
    return this.#heard?.stream ?? null;
  }

  get analyser() {
    return this.#heard?.analyser ?? null;
  }

  /** To be called in a tap: what starts here may play from now on. */
  unlock() {
    this.#context ??= new AudioContext({ latencyHint: "interactive" });
    void this.#context.resume();
    void this.#heard?.play().then((plays) => this.#onBlocked(!plays));
  }

  /** @param {MediaStream} stream @returns {Player} silent until it is switched to */
  load(stream) {
    const player = new Player(stream, this.#context);
    void player.direct(this.#output);
    return player;
  }

  /** @param {Player} player the one to hear; once it runs, the one before falls silent */
  async switchTo(player) {
    this.#next = player;
    const plays = await player.play();
    if (this.#next !== player) return player.stop();
    this.#next = null;
    player.element.muted = false;
    this.#heard?.stop();
    this.#heard = player;
    this.#onBlocked(!plays);
  }

  stop() {
    this.#next = null;
    this.#heard?.stop();
    this.#heard = null;
  }

  /** @param {string} device of enumerateDevices, "" is the system's choice */
  async direct(device) {
    this.#output = device;
    await this.#heard?.direct(device);
  }

  /** @returns {number} 0 to 1 */
  level() {
    return this.analyser ? levelOf(this.analyser) : 0;
  }

  dispose() {
    this.stop();
    void this.#context?.close();
    this.#context = null;
  }
}

const START_WITHIN = 1_000; // ms; a player without data yet starts when there is some

export class Player {
  element = new Audio();
  /** @type {AnalyserNode | null} */
  analyser;

  /** @param {MediaStream} stream @param {AudioContext | null} context */
  constructor(stream, context) {
    this.stream = stream;
    this.element.muted = true;
    this.element.srcObject = stream;
    this.analyser = context && openAnalyser(context, stream);
    void this.play();
  }

  /** @returns {Promise<boolean>} whether the browser lets it play */
  async play() {
    try {
      const patience = new Promise((resolve) => setTimeout(resolve, START_WITHIN));
      await Promise.race([this.element.play(), patience]);
      return true;
    } catch (error) {
      // A stopped player aborts its own start; only a refusal needs a tap.
      return !(error instanceof DOMException && error.name === "NotAllowedError");
    }
  }

  /** @param {string} device */
  async direct(device) {
    if ("setSinkId" in this.element) await this.element.setSinkId(device).catch(() => undefined);
  }

  stop() {
    this.element.muted = true;
    this.element.pause();
    this.element.srcObject = null;
    this.analyser?.disconnect();
    this.analyser = null;
  }
}
