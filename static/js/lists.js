/**
 * Lists of live Spaces (`[data-live-list]`). The socket of rings.js announces Spaces that began after a list was made
 * (docs/protocol.md, "Every page"). Nothing moves while somebody uses a list: a full list shows how many Spaces are
 * new, in a link that loads them; a list with room left (an empty one, or the side column) is fetched again as soon as
 * nobody points at it.
 */

const EMPTIED_WITHIN = 1_000; // ms over which the refetches of many pages are spread

/** By list, the ids of live Spaces that began and that the list does not show yet. @type {WeakMap<Element, Set<string>>} */
const newSpaces = new WeakMap();

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) dropRepeated(event.target.closest("[data-live-list]"));
});

/** Describe this page's list to the server. @returns {{t: "list", since: number, topic: string, words: string} | null} */
export function listShown() {
  const list = lists()[0]; // a page with two lists filters neither
  if (!list) return null;
  const { since, topic = "", words = "" } = list.dataset;
  return { t: "list", since: Number(since), topic, words };
}

/** @returns {string[]} the ids of the new Spaces */
export function newSpacesHere() {
  return lists().flatMap((list) => [...(newSpaces.get(list) ?? [])]);
}

/** @param {string[]} ids @param {number} wait seconds until fetching, since many pages are notified at once */
export function showNew(ids, wait) {
  for (const list of lists()) {
    const known = newSpaces.get(list) ?? new Set();
    for (const id of ids) known.add(id);
    newSpaces.set(list, known);
    count(list);
    if (known.size && hasRoom(list)) setTimeout(refetch, wait * 1000, list);
  }
}

/** Remove Spaces that have ended or are no longer visible. @param {Record<string, unknown>} updates as in cards.js */
export function removeEnded(updates) {
  for (const list of lists()) {
    const known = newSpaces.get(list);
    if (!known) continue;
    for (const [id, now] of Object.entries(updates)) if (!(now instanceof Object && "listening" in now)) known.delete(id);
    count(list);
  }
}

/** Fetch a list again that has lost its last card. @param {Element} list */
export function refetchIfEmpty(list) {
  if (!list.querySelector("[data-card]")) setTimeout(refetch, Math.random() * EMPTIED_WITHIN, list);
}

/** @param {HTMLElement} list */
function count(list) {
  const known = newSpaces.get(list) ?? new Set();
  for (const card of list.querySelectorAll("[data-card]")) known.delete(card.getAttribute("data-card") ?? "");
  const link = list.querySelector("[data-fresh]");
  if (!(link instanceof HTMLElement)) return;
  const words = known.size ? `${known.size} new Space${known.size === 1 ? "" : "s"}` : "";
  link.hidden = !words || hasRoom(list);
  if (link.textContent !== words) link.textContent = words;
}

/** Lists are ordered by audience, so a Space of an earlier page may appear again on a later one. @param {Element | null} list */
function dropRepeated(list) {
  const seen = new Set();
  for (const card of list?.querySelectorAll("[data-card]") ?? []) {
    const id = card.getAttribute("data-card");
    if (seen.has(id)) card.remove();
    seen.add(id);
  }
}

/** @param {HTMLElement} list */
function hasRoom(list) {
  return list.querySelectorAll("[data-card]").length < Number(list.dataset.room ?? 1);
}

/** Fetch the list again as soon as it is neither hovered nor focused. @param {HTMLElement} list */
function refetch(list) {
  const busy = list.matches(":hover") ? "pointerleave" : list.contains(document.activeElement) ? "focusout" : "";
  if (busy) list.addEventListener(busy, () => setTimeout(refetch, 0, list), { once: true });
  else list.querySelector("[data-refetch]")?.dispatchEvent(new CustomEvent("stale"));
}

/** @returns {HTMLElement[]} */
function lists() {
  return [...document.querySelectorAll("[data-live-list]")].filter((each) => each instanceof HTMLElement);
}
