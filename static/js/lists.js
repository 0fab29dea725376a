/**
 * Lists of live Spaces (`[data-live-list]`). What began since one was made is told by the socket of
 * rings.js (docs/protocol.md, "Every page"). Nothing moves under a finger: a list that has something
 * says how many are new, in a link that shows them on top; one with room left (an empty list, the
 * column beside) is fetched anew, once nobody points at it.
 */

const EMPTIED_WITHIN = 1_000; // ms: lists of many readers lose their last card in one moment

/** The ids of what began, by list, as long as it lives and the list does not show it. @type {WeakMap<Element, Set<string>>} */
const began = new WeakMap();

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) dropRepeated(event.target.closest("[data-live-list]"));
});

/** What this page lists, for the server. @returns {{t: "list", since: number, topic: string, words: string} | null} */
export function listShown() {
  const list = lists()[0]; // a page that has two has not narrowed them
  if (!list) return null;
  const { since, topic = "", words = "" } = list.dataset;
  return { t: "list", since: Number(since), topic, words };
}

/** @returns {string[]} the ids of what is new */
export function spacesWaiting() {
  return lists().flatMap((list) => [...(began.get(list) ?? [])]);
}

/** @param {string[]} ids @param {number} wait seconds after which to fetch: many pages hear at once */
export function showBegun(ids, wait) {
  for (const list of lists()) {
    const known = began.get(list) ?? new Set();
    for (const id of ids) known.add(id);
    began.set(list, known);
    count(list);
    if (known.size && hasRoom(list)) setTimeout(refetch, wait * 1000, list);
  }
}

/** Those that ended or are not to be seen any more. @param {Record<string, unknown>} told as cards.js is */
export function forgetEnded(told) {
  for (const list of lists()) {
    const known = began.get(list);
    if (!known) continue;
    for (const [id, now] of Object.entries(told)) if (!(now instanceof Object && "listening" in now)) known.delete(id);
    count(list);
  }
}

/** One card fewer; without the last one the list looks again. @param {Element} list */
export function refetchIfEmpty(list) {
  if (!list.querySelector("[data-card]")) setTimeout(refetch, Math.random() * EMPTIED_WITHIN, list);
}

/** @param {HTMLElement} list */
function count(list) {
  const known = began.get(list) ?? new Set();
  for (const card of list.querySelectorAll("[data-card]")) known.delete(card.getAttribute("data-card") ?? "");
  const link = list.querySelector("[data-fresh]");
  if (!(link instanceof HTMLElement)) return;
  const words = known.size ? `${known.size} new Space${known.size === 1 ? "" : "s"}` : "";
  link.hidden = !words || hasRoom(list);
  if (link.textContent !== words) link.textContent = words;
}

/** The order follows the audience: what an earlier page showed may have sunk to this one. @param {Element | null} list */
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

/** Once nobody points at it or stands in it. @param {HTMLElement} list */
function refetch(list) {
  const busy = list.matches(":hover") ? "pointerleave" : list.contains(document.activeElement) ? "focusout" : "";
  if (busy) list.addEventListener(busy, () => setTimeout(refetch, 0, list), { once: true });
  else list.querySelector("[data-refetch]")?.dispatchEvent(new CustomEvent("stale"));
}

/** @returns {HTMLElement[]} */
function lists() {
  return [...document.querySelectorAll("[data-live-list]")].filter((each) => each instanceof HTMLElement);
}
