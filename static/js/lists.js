/**
 * Lists of live Spaces (`[data-live-list]`). The socket of page-socket.js announces Spaces that began after a list was
 * loaded (docs/protocol.md, "Every page"). A list does not change while somebody uses it. A full list shows the number
 * of new Spaces in a link that loads them; a list that is not full (an empty list, or the side column) is fetched again
 * as soon as it is neither hovered nor focused.
 */

const REFETCH_WITHIN = 1_000; // ms; many pages refetch at once, so spread them over this time

/** By list, the ids of new Spaces that the list does not show yet. @type {WeakMap<Element, Set<string>>} */
const newSpaces = new WeakMap();

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) dropDuplicates(event.target.closest("[data-live-list]"));
});

/** Describe this page's list to the server. @returns {{t: "list", since: number, topic: string, words: string} | null} */
export function listShown() {
  const list = lists()[0]; // if a page has two lists, neither has a filter
  if (!list) return null;
  const { since, topic = "", words = "" } = list.dataset;
  return { t: "list", since: Number(since), topic, words };
}

/** @returns {string[]} the ids of the new Spaces */
export function newSpacesOnPage() {
  return lists().flatMap((list) => [...(newSpaces.get(list) ?? [])]);
}

/** @param {string[]} ids @param {number} wait seconds until fetching, since many pages are notified at once */
export function showNew(ids, wait) {
  for (const list of lists()) {
    const known = newSpaces.get(list) ?? new Set();
    for (const id of ids) known.add(id);
    newSpaces.set(list, known);
    updateLink(list);
    if (known.size && hasFreePlaces(list)) setTimeout(refetch, wait * 1000, list);
  }
}

/** Forget new Spaces that have ended or are no longer visible. @param {Record<string, unknown>} updates as in cards.js */
export function forgetEnded(updates) {
  for (const list of lists()) {
    const known = newSpaces.get(list);
    if (!known) continue;
    for (const [id, update] of Object.entries(updates)) if (!(update instanceof Object && "listening" in update)) known.delete(id);
    updateLink(list);
  }
}

/** Refetch a list that has lost its last card. @param {Element} list */
export function refetchIfEmpty(list) {
  if (!list.querySelector("[data-card]")) setTimeout(refetch, Math.random() * REFETCH_WITHIN, list);
}

/** @param {HTMLElement} list */
function updateLink(list) {
  const known = newSpaces.get(list) ?? new Set();
  for (const card of list.querySelectorAll("[data-card]")) known.delete(card.getAttribute("data-card") ?? "");
  const link = list.querySelector("[data-fresh]");
  if (!(link instanceof HTMLElement)) return;
  const label = known.size ? `${known.size} new Space${known.size === 1 ? "" : "s"}` : "";
  link.hidden = !label || hasFreePlaces(list);
  if (link.textContent !== label) link.textContent = label;
}

/** Lists are ordered by the number of listeners, so a Space may appear on an earlier page and again on a later page. @param {Element | null} list */
function dropDuplicates(list) {
  const seen = new Set();
  for (const card of list?.querySelectorAll("[data-card]") ?? []) {
    const id = card.getAttribute("data-card");
    if (seen.has(id)) card.remove();
    seen.add(id);
  }
}

/** @param {HTMLElement} list */
function hasFreePlaces(list) {
  return list.querySelectorAll("[data-card]").length < Number(list.dataset.capacity ?? 1);
}

/** Refetch the list as soon as it is neither hovered nor focused. @param {HTMLElement} list */
function refetch(list) {
  const busy = list.matches(":hover") ? "pointerleave" : list.contains(document.activeElement) ? "focusout" : "";
  if (busy) list.addEventListener(busy, () => setTimeout(refetch, 0, list), { once: true });
  else list.querySelector("[data-refetch]")?.dispatchEvent(new CustomEvent("stale"));
}

/** @returns {HTMLElement[]} */
function lists() {
  return [...document.querySelectorAll("[data-live-list]")].filter((each) => each instanceof HTMLElement);
}
