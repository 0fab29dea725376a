/** Reactions: emoji rise above their sender, or above the controls if the sender is not on the page; screen readers get counts. */
import { cloneTemplate, part } from "../../lib/parts.js";

const MAX_OVER_CONTROLS = 6; // per event
const SHOWN_FOR = 2_600; // ms; the duration of the animation

/** @typedef {import("../notices/announcer.js").Announcer} Announcer */

export class Reactions {
  #root;
  #announcer;
  #blocked;

  /** @param {HTMLElement} root @param {Announcer} announcer @param {() => string[]} blocked keys of people whose reactions are hidden */
  constructor(root, announcer, blocked) {
    this.#root = root;
    this.#announcer = announcer;
    this.#blocked = blocked;
  }

  /** @param {Record<string, number>} counts @param {Record<string, string>} from key -> emoji */
  show(counts, from) {
    const blocked = this.#blocked();
    if (blocked.length) this.#show(...withoutBlocked(from, blocked));
    else this.#show(counts, from);
  }

  /** @param {Record<string, number>} counts @param {Record<string, string>} from */
  #show(counts, from) {
    const unnamed = { ...counts };
    for (const [key, emoji] of Object.entries(from)) {
      if (this.#rise(this.#over(key), emoji)) unnamed[emoji] -= 1;
    }
    let left = MAX_OVER_CONTROLS;
    for (const [emoji, count] of Object.entries(unnamed)) {
      for (let i = 0; i < count && left > 0; i += 1, left -= 1) this.#rise(part(this.#root, "float"), emoji);
    }
    for (const [emoji, count] of Object.entries(counts)) this.#announcer.countReaction(emoji, count);
  }

  /** @param {string} key @returns {HTMLElement | null} the person's item in the room, if it is on the page */
  #over(key) {
    return part(this.#root, "room").querySelector(`li[data-person="${CSS.escape(key)}"]`);
  }

  /** @param {HTMLElement | null} container @param {string} emoji */
  #rise(container, emoji) {
    if (!container) return false;
    const flying = cloneTemplate(this.#root, "flying");
    flying.textContent = emoji;
    flying.style.setProperty("--drift", `${Math.round(Math.random() * 36 - 18)}px`);
    // With reduced motion, the emoji does not move, but is shown for the same time.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) flying.style.setProperty("animation", "none", "important");
    container.append(flying);
    setTimeout(() => flying.remove(), SHOWN_FOR);
    return true;
  }
}

/**
 * Leave out reactions of blocked people. `counts` include people who are not in `from` and may be blocked, so if the viewer
 * blocks anybody, only reactions in `from` are shown.
 * @param {Record<string, string>} from @param {string[]} blocked
 * @returns {[Record<string, number>, Record<string, string>]} counts, from
 */
function withoutBlocked(from, blocked) {
  const shown = Object.entries(from).filter(([key]) => !blocked.includes(key));
  /** @type {Record<string, number>} */
  const counts = {};
  for (const [, emoji] of shown) counts[emoji] = (counts[emoji] ?? 0) + 1;
  return [counts, Object.fromEntries(shown)];
}
