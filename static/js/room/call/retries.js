/** When a call reconnects: the pauses between attempts, and the number of failures after which a notice is shown. */

// ms at most before each further attempt, and at least half of that. Pauses are short at first, since an audio node may be
// restarting, then longer, because all pages whose node refuses them retry.
const PAUSES = [1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 8_000, 16_000, 30_000];
const STABLE_AFTER = 10_000; // ms; a connection that is lost sooner counts as a failed attempt
const REPORT_AFTER = 2; // failures in a row
const REPORT_AFTER_LOSS = 6; // after a connection was lost, since its node is probably restarting

export class Retries {
  /** Whether there was a connection since sound was requested. */
  wasConnected = false;
  #failures = 0; // in a row
  #connectedSince = 0; // performance.now()
  #endPause = () => {};

  /** Whether there were enough failures to show a notice. */
  get areReported() {
    return this.#failures >= (this.wasConnected ? REPORT_AFTER_LOSS : REPORT_AFTER);
  }

  /** Connect without a pause next time. */
  reset() {
    this.#failures = 0;
  }

  /** Note that a connection was made. */
  connected() {
    this.wasConnected = true;
    this.#connectedSince = performance.now();
  }

  /** Note that a connection was lost. */
  lost() {
    const wasStable = performance.now() - this.#connectedSince >= STABLE_AFTER;
    this.#failures = wasStable ? 0 : this.#failures + 1;
  }

  /** Note that an attempt failed. */
  failed() {
    this.#failures += 1;
  }

  /** Wait before every attempt except the first, until `endPause`. @returns {Promise<void>} */
  async pause() {
    if (!this.#failures) return;
    const longest = PAUSES[Math.min(this.#failures, PAUSES.length) - 1];
    await new Promise((resolve) => {
      this.#endPause = () => resolve(undefined);
      setTimeout(resolve, longest * (0.5 + Math.random() / 2));
    });
  }

  endPause() {
    this.#endPause();
  }
}
