/**
 * Cards of live Spaces (`[data-card]`): update the number of listeners, and mark or remove Spaces that have ended.
 * The updates come over the socket of rings.js (docs/protocol.md, "Every page").
 */
import { removeEnded, refetchIfEmpty, newSpacesHere } from "./lists.js";

const MAX_SPACES = 100; // Spaces; the same limit as in spaces/directory/push/cards.py
const numbers = new Intl.NumberFormat("en");

/** @typedef {{listening: number} | {lasted: string} | null} CardUpdate null: not visible to this viewer */

/** @returns {string[]} the ids of the Spaces that this page shows as live, or has announced as new */
export function spacesShown() {
  const shown = cards().map((card) => card.dataset.card ?? "");
  return [...new Set([...shown, ...newSpacesHere()])].slice(0, MAX_SPACES);
}

/** @param {Record<string, CardUpdate>} updates by the id of the Space */
export function paintCards(updates) {
  for (const card of cards()) {
    const now = updates[card.dataset.card ?? ""];
    if (now === undefined) continue;
    if (now && "listening" in now) write(card, "[data-listening]", numbers.format(now.listening));
    else end(card, now?.lasted ?? "");
  }
  removeEnded(updates);
}

/** @returns {HTMLElement[]} */
function cards() {
  return [...document.querySelectorAll("[data-card]")].filter((each) => each instanceof HTMLElement);
}

/** Replace a card by the version for an ended Space, if it has one; otherwise remove it. @param {HTMLElement} card @param {string} lasted */
function end(card, lasted) {
  const template = card.querySelector("template");
  const list = card.closest("[data-live-list]");
  const focused = card.contains(document.activeElement);
  const ended = lasted && template?.content.firstElementChild;
  if (ended) {
    const link = /** @type {HTMLElement} */ (document.importNode(ended, true));
    write(link, "[data-lasted]", lasted);
    card.replaceWith(link);
    process(link);
    if (focused) link.focus();
  } else {
    card.remove();
  }
  if (list) shrink(list);
}

/** Count one Space less. @param {Element} list */
function shrink(list) {
  const total = list.querySelector("[data-total]");
  if (total instanceof HTMLElement) {
    const left = Number(total.dataset.total) - 1;
    total.dataset.total = String(left);
    total.textContent = `${numbers.format(left)} Space${left === 1 ? "" : "s"}`;
  }
  refetchIfEmpty(list);
}

/** @param {Element} place @param {string} selector @param {string} text */
function write(place, selector, text) {
  for (const each of place.querySelectorAll(selector)) if (each.textContent !== text) each.textContent = text;
}

/** Let htmx boost a link that was added. @param {Element} link */
function process(link) {
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
}
