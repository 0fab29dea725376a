/** Short messages that disappear by themselves. They are shown inside an open dialog, or else on the page. */
import { topModal } from "./modal.js";
import { cloneTemplate, part, write } from "./parts.js";

const STAYS = 6_000; // ms
const OFFER_STAYS = 20_000; // ms: long enough to read, decide and tap
const SETTLES = 100; // ms until screen readers observe a live region that was just added

/** @param {HTMLElement} root contains the templates @param {string} text */
export function toast(root, text) {
  const item = cloneTemplate(root, "toast");
  item.textContent = text;
  show(item, STAYS);
}

/**
 * Show a message with a button for a next step; a tap on it closes the message.
 * @param {HTMLElement} root @param {string} text @param {string} label @param {() => unknown} act
 */
export function offer(root, text, label, act) {
  const item = cloneTemplate(root, "offer");
  write(item, "offer-text", text);
  const button = part(item, "offer-act");
  button.textContent = label;
  button.addEventListener("click", () => (item.remove(), act()));
  show(item, OFFER_STAYS);
}

/** @param {HTMLElement} item @param {number} stays ms; longer while it is hovered or focused */
function show(item, stays) {
  const modal = topModal();
  const place = modal ? placeIn(modal) : part(document, "toasts");
  setTimeout(() => place.append(item), modal ? SETTLES : 0);
  const leave = () => (item.matches(":hover, :focus-within") ? setTimeout(leave, SETTLES) : item.remove());
  setTimeout(leave, stays);
}

/** @param {HTMLDialogElement} modal @returns {Element} the element inside it that shows its toasts */
function placeIn(modal) {
  const there = modal.querySelector(":scope > .toasts");
  if (there) return there;
  const toasts = part(document, "toasts");
  const place = /** @type {HTMLElement} */ (toasts.cloneNode());
  delete place.dataset.part;
  modal.append(place);
  const leave = () => {
    toasts.append(...place.children);
    place.remove();
  };
  modal.addEventListener("close", leave, { once: true });
  return place;
}
