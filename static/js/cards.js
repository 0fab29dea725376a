/**
 * Cards of live Spaces (`[data-card]`): update the number of listeners, and mark or remove Spaces that have ended.
 * The updates arrive over the socket of page-socket.js (docs/protocol.md, "Every page").
 */
import { removeEnded, refetchIfEmpty, newSpacesOnPage } from "./lists.js";

const MAX_SPACES = 100; // Spaces; the same limit as in spaces/directory/push/cards.py
const numbers = new Intl.NumberFormat("en");

/** @typedef {{listening: number} | {lasted: string} | null} CardUpdate null: not visible to this viewer */

/** @returns {string[]} the ids of the Spaces that this page shows as live, or has announced as new */
export function spacesShown() {
  const shown = cards().map((card) => card.dataset.card ?? "");
  return [...new Set([...shown, ...newSpacesOnPage()])].slice(0, MAX_SPACES);
}

/** @param {Record<string, CardUpdate>} updates by the id of the Space */
export function renderCards(updates) {
  for (const card of cards()) {
    const update = updates[card.dataset.card ?? ""];
    if (update === undefined) continue;
    if (update && "listening" in update) setText(card, "[data-listening]", numbers.format(update.listening));
    else end(card, update?.lasted ?? "");
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
    setText(link, "[data-lasted]", lasted);
    card.replaceWith(link);
    process(link);
    if (focused) link.focus();
  } else {
    card.remove();
  }
  if (list) decreaseTotal(list);
}

/** Decrease the number of Spaces that a list shows. @param {Element} list */
function decreaseTotal(list) {
  const total = list.querySelector("[data-total]");
  if (total instanceof HTMLElement) {
    const left = Number(total.dataset.total) - 1;
    total.dataset.total = String(left);
    total.textContent = `${numbers.format(left)} Space${left === 1 ? "" : "s"}`;
  }
  refetchIfEmpty(list);
}

/** @param {Element} container @param {string} selector @param {string} text */
function setText(container, selector, text) {
  for (const each of container.querySelectorAll(selector)) if (each.textContent !== text) each.textContent = text;
}

/** Let htmx boost a new link. @param {Element} link */
function process(link) {
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(link);
}
