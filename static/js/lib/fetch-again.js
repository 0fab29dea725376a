/**
 * Fetch a part of the page again: an element with `data-source`, the URL of a page that contains it, and `data-select`, its
 * selector there. The element keeps its place on the page and the focus.
 */

const WITHIN = 1_000; // ms; many pages fetch at once, so spread them over this time
const RETRY_AFTER = 1_000; // ms; while somebody is using the part

/** @typedef {{ajax: (verb: string, path: string, how: object) => Promise<void>}} Htmx */

/** @type {WeakSet<Element>} */
const waiting = new WeakSet();
/** @type {WeakSet<EventTarget>} */
const fetching = new WeakSet();

/** Return true if the page itself is fetching this part, without a tap. @param {EventTarget | null} part */
export const isFetching = (part) => part !== null && fetching.has(part);

/** @param {HTMLElement} part @param {() => void} [then] is called when the new part is shown, unless the part was waiting already */
export function fetchAgain(part, then) {
  if (waiting.has(part)) return; // several changes arrived together
  waiting.add(part);
  setTimeout(fetchNow, Math.random() * WITHIN, part, then);
}

/** @param {HTMLElement} part @param {() => void} [then] */
async function fetchNow(part, then) {
  if (!part.isConnected) return;
  if (part.querySelector("dialog[open], :popover-open, input:focus")) {
    setTimeout(fetchNow, RETRY_AFTER, part, then);
    return;
  }
  waiting.delete(part);
  const { source = location.pathname, select = "" } = part.dataset;
  const { htmx } = /** @type {{htmx?: Htmx}} */ (/** @type {unknown} */ (window));
  const { parentElement: parent } = part;
  const place = [...(parent?.children ?? [])].indexOf(part);
  const focused = focusable(part).findIndex((each) => each === document.activeElement);
  fetching.add(part);
  await htmx?.ajax("GET", source, { source: part, target: part, select, swap: "outerHTML" });
  fetching.delete(part);
  const shown = parent?.children[place];
  if (shown && focused >= 0 && document.activeElement === document.body) focusable(shown)[focused]?.focus();
  then?.();
}

/** @param {Element} part @returns {HTMLElement[]} */
function focusable(part) {
  return [...part.querySelectorAll("a, button")].filter((each) => each instanceof HTMLElement);
}
