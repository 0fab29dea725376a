/**
 * Only one tab of this browser plays the sound, since the same voice from two tabs sounds like an echo. A tab that takes
 * the lock notifies the others, and they stop.
 */

const CHANNEL = "spaces.tab-lock";

export class TabLock {
  #channel = new BroadcastChannel(CHANNEL);

  /** @param {{signal: AbortSignal, onTaken: () => void}} options `onTaken`: another tab took the lock */
  constructor({ signal, onTaken }) {
    this.#channel.onmessage = onTaken;
    signal.addEventListener("abort", () => this.#channel.close());
  }

  take() {
    this.#channel.postMessage("taken");
  }
}
