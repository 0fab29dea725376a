/**
 * Deliver durable events in the order of their revisions. An early event waits 500 ms for the events before it; then
 * the missing events are fetched after a random delay, so that the pages of a room do not all fetch at once.
 */

const HOLD = 500; // ms
const JITTER = 2_000; // ms
const RETRY_MAX = 10_000; // ms

/**
 * @typedef {import("./room-state.js").RoomEvent} RoomEvent
 * @typedef {import("./room-state.js").DurableEvent} DurableEvent
 * @typedef {import("./room-state.js").RoomState} RoomState
 * @typedef {{events?: DurableEvent[], snapshot?: RoomState}} Missed
 */
export class Sequence {
  /** @type {Map<number, DurableEvent>} */
  #held = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #known = 0; // the latest revision known to exist on the server
  #fetching = false;
  #failures = 0;
  #options;

  /**
   * @param {{revision: () => number, deliver: (event: RoomEvent) => void,
   *   replace: (snapshot: RoomState) => void, fetchMissed: (since: number) => Promise<Missed>,
   *   signal: AbortSignal}} options
   */
  constructor(options) {
    this.#options = options;
    options.signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** @param {RoomEvent} event */
  receive(event) {
    if (!("rev" in event)) {
      this.#options.deliver(event);
      return;
    }
    if (event.rev <= this.#options.revision()) return;
    this.#held.set(event.rev, event);
    this.#flush();
    if (this.#held.size) this.#fetchIn(HOLD + Math.random() * JITTER, () => this.#held.size > 0);
  }

  /** @param {number} rev the server's revision @param {{atOnce?: boolean}} options */
  catchUp(rev, { atOnce = false } = {}) {
    this.#known = Math.max(this.#known, rev);
    const wait = atOnce ? 0 : Math.random() * JITTER;
    this.#fetchIn(wait, () => this.#known > this.#options.revision());
  }

  #flush() {
    let next;
    while ((next = this.#held.get(this.#options.revision() + 1))) {
      this.#held.delete(next.rev);
      this.#options.deliver(next);
    }
    for (const rev of this.#held.keys()) if (rev <= this.#options.revision()) this.#held.delete(rev);
  }

  /** @param {number} wait ms @param {() => boolean} behind checked again after the wait */
  #fetchIn(wait, behind) {
    if (this.#timer !== undefined || this.#fetching || !behind()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (behind()) void this.#fetch();
    }, wait);
  }

  async #fetch() {
    const { fetchMissed, deliver, replace, revision, signal } = this.#options;
    this.#fetching = true;
    try {
      const { events = [], snapshot } = await fetchMissed(revision());
      if (signal.aborted) return;
      if (snapshot && snapshot.rev > revision()) replace(snapshot);
      for (const event of events) if (event.rev > revision()) deliver(event);
      this.#failures = 0;
    } catch {
      this.#failures += 1;
    } finally {
      this.#fetching = false;
    }
    if (signal.aborted) return;
    this.#flush();
    const wait = Math.min(RETRY_MAX, HOLD * 2 ** this.#failures);
    this.#fetchIn(wait, () => this.#held.size > 0 || this.#known > revision());
  }
}
