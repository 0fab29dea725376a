/**
 * Restore the position on a page after Back, Forward and a reload. One request loads as much of a list as was loaded
 * before (`?until=`, core/extents.py); then the page scrolls to the row that was in view (page-position.js).
 *
 * `data-until` on a row is the parameter that loads the list up to that row. Rows are identified by their ids. A link
 * with `data-back` goes back in the history if it leads to the previous page.
 */
import { moveTo, currentPosition } from "./page-position.js";
import { forgetTypedText, storedPosition, storePosition } from "./stored-positions.js";

/**
 * @typedef {import("./page-position.js").Position} Position
 * @typedef {{entry: string, from?: string}} Mark the state of a history entry: its name, and the path of the previous page
 */

/** The history entry whose page is shown. @type {Mark} */
let shown = markIn(history.state);
/** The history entry to which Back or Forward leads, while its page is loading. @type {Mark | null} */
let wanted = null;
/** The position to restore on the page that is loading. @type {Position | null} */
let toRestore = storedPosition(shown.entry);

history.scrollRestoration = "manual"; // otherwise the browser scrolls before the new page is shown
saveMark(shown);

/** @param {string} part @returns {any} the stored position of this part (`trackPart`), while its page is loading; otherwise null */
export function storedPart(part) {
  return toRestore?.parts[part] ?? null;
}

document.addEventListener("DOMContentLoaded", async () => {
  const position = toRestore;
  if (!position) return;
  moveTo(position);
  toRestore = null;
  const { scrollY } = window;
  if ((await fetchRest(position)) && window.scrollY === scrollY) moveTo(position); // unless the person scrolled meanwhile
});

// This listener runs before that of htmx, which is added after the document is parsed.
window.addEventListener("popstate", (event) => {
  const mark = markIn(event.state);
  if (event.state?.htmx) {
    saveCurrentPosition();
    wanted = mark;
    return;
  }
  // The entry leads to a fragment of this page; htmx ignores such entries.
  saveMark((shown = mark));
  const position = storedPosition(shown.entry);
  if (position) moveTo(position);
});
document.addEventListener("htmx:historyCacheMiss", (event) => {
  if (!wanted) return;
  const { path, xhr } = /** @type {CustomEvent} */ (event).detail;
  saveMark(wanted); // htmx has just overwritten the state
  toRestore = storedPosition(wanted.entry);
  if (!toRestore?.until) return;
  xhr.open("GET", withUntil(path, toRestore.until));
  xhr.setRequestHeader("HX-Request", "true");
  xhr.setRequestHeader("HX-History-Restore-Request", "true");
  xhr.setRequestHeader("HX-Current-URL", location.href);
});
document.addEventListener("htmx:historyRestore", () => restorePosition(toRestore));
document.addEventListener("htmx:historyCacheMissLoadError", () => restorePosition(null));

document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history: update, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  saveMark(wanted ?? shown); // htmx has overwritten the state
  if (update.type === "push" && isCurrentPage(update.path)) update.type = "replace"; // as browsers do for a link to the same page
  if (update.type !== "push") return;
  saveCurrentPosition();
  if (requestConfig.verb !== "get") forgetTypedText(shown.entry); // the form was sent
  wanted = toRestore = null;
  shown = { entry: newName(), from: location.pathname };
});
document.addEventListener("htmx:pushedIntoHistory", () => saveMark(shown));
document.addEventListener("htmx:replacedInHistory", () => saveMark(shown));
window.addEventListener("pagehide", saveCurrentPosition);

// In the capture phase, to run before htmx follows the link.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.hash) saveCurrentPosition(); // for a link to a fragment, the browser scrolls before it fires an event
    if (link.dataset.back === undefined || link.pathname !== shown.from || wanted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    history.back();
  },
  { capture: true },
);

function saveCurrentPosition() {
  storePosition(shown.entry, currentPosition());
}

/** @param {Position | null} position */
function restorePosition(position) {
  if (wanted) shown = wanted;
  wanted = toRestore = null;
  if (position) moveTo(position);
  else window.scrollTo({ top: 0, behavior: "instant" });
}

/** @param {string} url */
function isCurrentPage(url) {
  const { origin, pathname, search } = new URL(url, location.href);
  return origin === location.origin && pathname === location.pathname && search === location.search;
}

/** After a reload the page has only the start of its list: fetch everything else that was loaded, in one request. @param {Position} position */
async function fetchRest({ until }) {
  const more = document.getElementById("more");
  const link = more?.matches("[hx-get]") ? more : more?.querySelector("[hx-get]");
  const { htmx } = /** @type {{htmx?: {ajax: (verb: string, path: string, how: object) => Promise<void>}}} */ (/** @type {unknown} */ (window));
  if (!more || !link || !htmx || !until || document.querySelector(`[data-until="${CSS.escape(until)}"]`)) return false;
  const how = { source: link, target: more, select: link.getAttribute("hx-select"), swap: "outerHTML" };
  await htmx.ajax("GET", withUntil(link.getAttribute("hx-get") ?? "", until), how);
  return true;
}

/** @param {string} url @param {string} until */
function withUntil(url, until) {
  const [path, parameters] = url.split("?");
  const query = new URLSearchParams(parameters);
  query.set("until", until);
  return `${path}?${query}`;
}

/** @param {any} state of a history entry @returns {Mark} */
function markIn(state) {
  return { entry: state?.entry ?? newName(), from: state?.from };
}

/** @param {Mark} mark */
function saveMark(mark) {
  history.replaceState({ ...history.state, ...mark }, "");
}

function newName() {
  return Math.random().toString(36).slice(2);
}
