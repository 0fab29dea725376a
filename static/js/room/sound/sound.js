/**
 * The sound of this page, and its level. Each connection has a player, and only one player is audible. Chromium only
 * decodes a remote stream for WebAudio while an <audio> element plays it, too.
 *
 * The system may pause the sound: for a phone call or another app, or because headphones were removed. The page resumes
 * it at once; if it is paused again soon, the page waits for a tap.
 */
import { levelOf } from "./level.js";
import { Player } from "./player.js";

const PAUSED_AGAIN_WITHIN = 5_000; // ms; if the sound is paused again within this time, wait for a tap
const RESUME_TIMEOUT = 1_000; // ms

/** @typedef {"playing" | "paused" | "refused"} Playback `refused`: the browser requires a tap before the first sound */

export class Sound {
  /** @type {Playback} */
  playback = "playing";
  /** @type {AudioContext | null} */
  #context = null;
  /** The audible player. @type {Player | null} */
  #player = null;
  /** The player that becomes audible as soon as it plays. @type {Player | null} */
  #nextPlayer = null;
  #output = "";
  #hasPlayed = false;
  #resumedAt = { element: -Infinity, context: -Infinity }; // performance.now()
  /** @type {((playback: Playback) => void)[]} */
  #subscribers = [];

  /** @param {AbortSignal} signal */
  constructor(signal) {
    signal.addEventListener("abort", () => this.#dispose());
    audioSession()?.addEventListener("statechange", () => this.#sessionChanged(), { signal });
  }

  get context() {
    return this.#context;
  }

  /** The stream that is playing. @returns {MediaStream | null} */
  get stream() {
    return this.#player?.stream ?? null;
  }

  get analyser() {
    return this.#player?.analyser ?? null;
  }

  /** @param {(playback: Playback) => void} subscriber called when `playback` changes */
  subscribe(subscriber) {
    this.#subscribers.push(subscriber);
  }

  /** Call this in a tap handler: browsers allow sound that starts there. */
  unlock() {
    this.#context ??= this.#openContext();
    void this.#resume();
  }

  /** @param {MediaStream | HTMLAudioElement} source @returns {Player} silent until `switchTo` */
  load(source) {
    const player = new Player(source, this.#context, (paused) => {
      if (paused === this.#player) this.#resumeUnlessRecent("element");
    });
    void player.direct(this.#output);
    return player;
  }

  /** Make this player audible, and stop the previous player as soon as this one plays. @param {Player} player */
  async switchTo(player) {
    this.#nextPlayer = player;
    await player.play();
    if (this.#nextPlayer !== player) return player.stop();
    this.#nextPlayer = null;
    player.element.muted = false; // if there was no tap before, the browser pauses it now
    this.#player?.stop();
    this.#player = player;
    this.#setPlayback(!player.element.paused);
  }

  stop() {
    this.#nextPlayer = null;
    this.#player?.stop();
    this.#player = null;
    this.#setPlayback(true);
  }

  /**
   * @param {string} device of enumerateDevices; "" is the system's default
   * @returns {Promise<boolean>} whether the sound plays there
   */
  async direct(device) {
    this.#output = device;
    return (await this.#player?.direct(device)) ?? true;
  }

  /** @returns {number} 0 to 1 */
  level() {
    return this.analyser ? levelOf(this.analyser) : 0;
  }

  #openContext() {
    const context = new AudioContext({ latencyHint: "interactive" });
    context.addEventListener("statechange", () => {
      const state = /** @type {string} */ (context.state);
      if (state === "running") this.#interruptionEnded();
      else if (state === "interrupted") this.#setPlayback(false);
      else if (state === "suspended") this.#resumeUnlessRecent("context");
    });
    return context;
  }

  /** Safari reports phone calls by its audio session, even if its elements do not. */
  #sessionChanged() {
    if (audioSession()?.state === "interrupted") this.#setPlayback(false);
    else this.#interruptionEnded();
  }

  /** Play again after an interruption. */
  #interruptionEnded() {
    if (this.playback !== "playing") void this.#resume();
  }

  /** @param {"element" | "context"} paused what the system has paused */
  #resumeUnlessRecent(paused) {
    if (performance.now() - this.#resumedAt[paused] > PAUSED_AGAIN_WITHIN) {
      this.#resumedAt[paused] = performance.now();
      void this.#resume();
    } else if (paused === "element") this.#setPlayback(false); // if only the context is paused, the sound plays; only the rings do not move
  }

  async #resume() {
    const player = this.#player;
    const [runs, plays] = await Promise.all([this.#runContext(), player?.play() ?? true]);
    if (player === this.#player) this.#setPlayback(runs && plays);
  }

  /**
   * Let the context run.
   * @returns {Promise<boolean>} false while the system interrupts all sound; otherwise true, since the sound plays without a running context, too
   */
  async #runContext() {
    const timeout = new Promise((resolve) => setTimeout(resolve, RESUME_TIMEOUT));
    await Promise.race([this.#context?.resume(), timeout]).catch(() => undefined);
    return /** @type {string | undefined} */ (this.#context?.state) !== "interrupted";
  }

  /** @param {boolean} plays */
  #setPlayback(plays) {
    if (plays && this.#player) this.#hasPlayed = true;
    const playback = plays ? "playing" : this.#hasPlayed ? "paused" : "refused";
    if (playback === this.playback) return;
    this.playback = playback;
    for (const subscriber of this.#subscribers) subscriber(playback);
  }

  #dispose() {
    this.stop();
    void this.#context?.close();
    this.#context = null;
  }
}

/** The page's audio session, in Safari since 16.4. @returns {(EventTarget & {state: string}) | undefined} */
function audioSession() {
  return /** @type {{audioSession?: EventTarget & {state: string}}} */ (/** @type {unknown} */ (navigator)).audioSession;
}
