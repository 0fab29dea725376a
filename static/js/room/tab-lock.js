/**
 * One tab of this browser has the sound. Whoever takes the turn says so, and the others hand over:
 * the same voice from two tabs is an echo.
 */

const CHANNEL = "spaces.turn";

export class Turn {
  #channel = new BroadcastChannel(CHANNEL);

  /** @param {{signal: AbortSignal, onTaken: () => void}} options `onTaken`: another tab has it now */
  constructor({ signal, onTaken }) {
    this.#channel.onmessage = onTaken;
    signal.addEventListener("abort", () => this.#channel.close());
  }

  take() {
    this.#channel.postMessage("taken");
  }
}
