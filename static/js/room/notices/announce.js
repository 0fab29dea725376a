/** The polite live region: what changed, for those who do not see it. What comes together is said together. */
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
  say(line) {
    this.#lines.push(line);
    this.#reach();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#region.textContent = this.#lines.splice(0).join(". ");
    }, GATHER);
  }

  /** The region stands where one is, some time before it speaks. */
  #reach() {
    const place = topModal() ?? this.#home;
    if (place && this.#region.parentElement !== place) place.append(this.#region);
  }

  /** @param {string} emoji @param {number} count added up, and said every few seconds */
  countReaction(emoji, count) {
    this.#reactions.set(emoji, (this.#reactions.get(emoji) ?? 0) + count);
    this.#reactionTimer ??= setTimeout(() => {
      this.#reactionTimer = undefined;
      const counted = [...this.#reactions].map(([each, times]) => `${times} ${each}`);
      this.#reactions.clear();
      this.say(`Reactions: ${counted.join(", ")}`);
    }, REACTIONS_EVERY);
  }
}
