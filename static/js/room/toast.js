/** A word that is gone after a moment. */
import { cloneTemplate, part } from "./parts.js";

const STAYS = 6_000; // ms

/** @param {HTMLElement} root the page's templates @param {string} text */
export function toast(root, text) {
  const item = cloneTemplate(root, "toast");
  item.textContent = text;
  part(document, "toasts").append(item);
  setTimeout(() => item.remove(), STAYS);
}
