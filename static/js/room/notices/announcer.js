/** The polite live region, which announces changes to screen readers. Changes within 400 ms are announced together. */
import { topModal } from "../../lib/modal.js";

const GATHER = 400; // ms
const REACTIONS_EVERY = 5_000; // ms

export class Announcer {
  /** @type {string[]} */
  #lines = [];
  /** @type {Map<string, number>} */
  #reactions = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reactionTimer;
  #region;
  #home;

  /** @param {HTMLElement} region @param {AbortSignal} signal */
  constructor(region, signal) {
    this.#region = region;
    this.#home = region.parentElement;
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#reactionTimer);
    });
  }

  /** @param {string} line */
  announce(line) {
    this.#lines.push(line);
    this.#moveRegion();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#region.textContent = this.#lines.splice(0).join(". ");
    }, GATHER);
  }

  /** Move the region into an open modal some time before the text changes, otherwise screen readers ignore the change. */
  #moveRegion() {
    const parent = topModal() ?? this.#home;
    if (parent && this.#region.parentElement !== parent) parent.append(this.#region);
  }

  /** Add up reactions and announce them every few seconds. @param {string} emoji @param {number} count */
  countReaction(emoji, count) {
    this.#reactions.set(emoji, (this.#reactions.get(emoji) ?? 0) + count);
    this.#reactionTimer ??= setTimeout(() => {
      this.#reactionTimer = undefined;
      const counted = [...this.#reactions].map(([each, times]) => `${times} ${each}`);
      this.#reactions.clear();
      this.announce(`Reactions: ${counted.join(", ")}`);
    }, REACTIONS_EVERY);
  }
}
