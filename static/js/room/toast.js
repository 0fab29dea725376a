/** A word that is gone after a moment. It is said where one is: over a dialog, inside of it. */
import { topModal } from "./modal.js";
import { cloneTemplate, part } from "./parts.js";

const STAYS = 6_000; // ms
const SETTLES = 100; // ms until a live region that is new to the page is listened to

/** @param {HTMLElement} root the page's templates @param {string} text */
export function toast(root, text) {
  const item = cloneTemplate(root, "toast");
  item.textContent = text;
  const modal = topModal();
  const place = modal ? placeIn(modal) : part(document, "toasts");
  setTimeout(() => place.append(item), modal ? SETTLES : 0);
  setTimeout(() => item.remove(), STAYS);
}

/** @param {HTMLDialogElement} modal @returns {Element} where its toasts are said while it is open */
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
