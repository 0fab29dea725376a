/**
 * The preview of a live Space: when the Space ends, its <space-room> receives the event `space-over`. The preview has no
 * socket of its own; the updates arrive over the socket of page-socket.js, as for cards.
 */

/** @typedef {import("./cards.js").CardUpdate} CardUpdate */

/** @returns {string[]} the id of the Space whose page this is */
export function spacesPreviewed() {
  return previews().map((root) => root.dataset.space ?? "");
}

/** @param {Record<string, CardUpdate>} updates by the id of the Space */
export function renderPreviews(updates) {
  for (const root of previews()) {
    const update = updates[root.dataset.space ?? ""];
    if (update && "lasted" in update) root.dispatchEvent(new CustomEvent("space-over"));
  }
}

/** @returns {HTMLElement[]} */
function previews() {
  const found = [...document.querySelectorAll("space-room:has([data-part=preview])")];
  return found.filter((each) => each instanceof HTMLElement);
}
