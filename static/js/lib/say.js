/** A word at the bottom of the page, gone after a moment; a room has its own (lib/toast.js). */
const STAYS = 4_000; // ms

/** @param {string} text */
export function say(text) {
  const item = document.createElement("div");
  item.className = "toast";
  item.textContent = text;
  document.querySelector("[data-part=toasts]")?.append(item);
  setTimeout(() => item.remove(), STAYS);
}
