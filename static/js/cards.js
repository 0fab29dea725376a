/**
 * Cards of Spaces (`[data-card]`): update the number of listeners, and change or remove cards whose Space has started, ended
 * or was cancelled. A card may contain a template for each of these states, `data-state` (templates/timeline/_card.html). A
 * card whose Space was edited before its start (`data-edits`) is fetched again; in a list with `data-changes-together`, the
 * whole list is fetched again after each of these changes. The updates arrive over the socket of page-socket.js
 * (docs/protocol.md, "Every page").
 */
import { fetchAgain } from "./lib/fetch-again.js";
import { forgetEnded, refetchIfEmpty, newSpacesOnPage } from "./lists.js";

const MAX_SPACES = 100; // Spaces; the same limit as in spaces/directory/live_updates/cards.py
const numbers = new Intl.NumberFormat("en");

/** @typedef {{starts: string, edits: number} | {listening: number} | {lasted: string} | {cancelled: true}} VisibleUpdate */
/** @typedef {VisibleUpdate | null} CardUpdate null: not visible to this viewer */

/** @returns {string[]} the ids of the Spaces that this page shows before their end, or has announced as new */
export function spacesShown() {
  const shown = cards().map((card) => card.dataset.card ?? "");
  return [...new Set([...shown, ...newSpacesOnPage()])].slice(0, MAX_SPACES);
}

/** @param {Record<string, CardUpdate>} updates by the id of the Space */
export function renderCards(updates) {
  for (const card of cards()) {
    const update = updates[card.dataset.card ?? ""];
    if (update !== undefined) render(card, update);
  }
  forgetEnded(updates);
}

/** @returns {HTMLElement[]} */
function cards() {
  return [...document.querySelectorAll("[data-card]")].filter((each) => each instanceof HTMLElement);
}

/** @param {HTMLElement} card @param {CardUpdate} update */
function render(card, update) {
  const { state = "live", edits } = card.dataset;
  const whole = card.closest("[data-changes-together]");
  const isEdited = update !== null && "starts" in update && String(update.edits) !== edits;
  if (whole instanceof HTMLElement) {
    if (isEdited || !(update && (state === "scheduled" ? "starts" : "listening") in update)) fetchAgain(whole);
    return;
  }
  if (update && "starts" in update) {
    if (isEdited) fetchAgain(card);
    return;
  }
  if (update && "listening" in update) {
    if (state === "scheduled" && !start(card)) return replace(card, null);
    return setText(card, "[data-listening]", numbers.format(update.listening));
  }
  const final = update && ("cancelled" in update ? "cancelled" : "ended");
  const shown = final && copyOf(card, final);
  if (shown && update && "lasted" in update) setText(shown, "[data-lasted]", update.lasted);
  replace(card, shown);
}

/** Change the card of a scheduled Space to that of a live one. @param {HTMLElement} card @returns {boolean} whether it has a template for that */
function start(card) {
  const live = copyOf(card, "live");
  if (!live) return false;
  const focused = card.contains(document.activeElement);
  for (const each of [...card.children]) if (!(each instanceof HTMLTemplateElement)) each.remove();
  card.prepend(live);
  card.dataset.state = "live";
  process(live);
  if (focused) live.focus();
  return true;
}

/** Replace a card for good; null removes it. @param {HTMLElement} card @param {HTMLElement | null} shown */
function replace(card, shown) {
  const list = card.closest("[data-live-list]");
  const focused = card.contains(document.activeElement);
  if (shown) {
    card.replaceWith(shown);
    process(shown);
    if (focused) shown.focus();
  } else {
    const group = card.closest("[data-card-group]");
    card.remove();
    if (group && !group.querySelector("[data-card]")) group.remove();
  }
  if (list) decreaseTotal(list);
}

/** @param {HTMLElement} card @param {string} state @returns {HTMLElement | null} what the card shows in this state */
function copyOf(card, state) {
  const template = card.querySelector(`template[data-state=${state}]`);
  const content = template instanceof HTMLTemplateElement && template.content.firstElementChild;
  return content ? /** @type {HTMLElement} */ (document.importNode(content, true)) : null;
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
