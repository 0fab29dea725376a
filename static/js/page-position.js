/** The position on a page: how much of its list is loaded, and where its rows are in the window. */

const MAX_ROWS = 200; // per request; the limit in core/extents.py
const ROWS_BELOW = 40; // if more than MAX_ROWS are loaded, request only this many below the window
const LANDMARKS = 8; // rows in the window to remember, since some may be deleted before the person returns
const FIELDS = "#page form :is(textarea, input[type=text], input:not([type]))[id]";
const ROWS = "#page :is(article, li)[id]:not(#more)";

/**
 * @typedef {object} Position
 * @property {number} y the scroll position in px
 * @property {string} until the value of `?until=` that loads as many rows as were loaded
 * @property {[string, number][]} rows the ids of rows in the window, and their distances from the window's top in px
 * @property {[string, string] | null} focused the id of a row, and the URL of the focused link in the row
 * @property {[string, string][]} [typed] unsent text by the id of its field; lost by a reload
 * @property {Record<string, {until?: string}>} parts the positions of elements passed to `trackPart`
 */

/** @type {Map<string, () => {until?: string}>} */
const partReaders = new Map();

/** Remember the scroll position of an element inside the page. @param {string} part @param {() => {until?: string}} read @param {AbortSignal} signal */
export function trackPart(part, read, signal) {
  partReaders.set(part, read);
  signal.addEventListener("abort", () => partReaders.get(part) === read && partReaders.delete(part));
}

/** @returns {Position} */
export function currentPosition() {
  const seen = [...document.querySelectorAll(ROWS)].filter(isInWindow);
  const parts = Object.fromEntries([...partReaders].map(([part, read]) => [part, read()]));
  return {
    y: Math.round(window.scrollY),
    until: untilKey() || (Object.values(parts).find((part) => part.until)?.until ?? ""),
    rows: seen.slice(0, LANDMARKS).map((row) => [row.id, Math.round(row.getBoundingClientRect().top)]),
    focused: focused(),
    typed: typed(),
    parts,
  };
}

/** @param {Position} position */
export function moveTo({ y, rows, focused: link, typed: texts = [] }) {
  for (const [id, text] of texts) fill(id, text);
  if (link) focus(...link);
  const landmark = y > 0 && rows.find(([id]) => document.getElementById(id));
  const row = landmark && document.getElementById(landmark[0]);
  const top = landmark && row ? window.scrollY + row.getBoundingClientRect().top - landmark[1] : y;
  window.scrollTo({ top, behavior: "instant" });
}

/** @returns {string} the key of the last row to load again; "" if the page has no such list */
function untilKey() {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#page [data-until]")]);
  const last = rows.length > MAX_ROWS ? rows.findLastIndex(isInWindow) + ROWS_BELOW : Infinity;
  return rows[Math.min(last, rows.length - 1)]?.dataset.until ?? "";
}

/** @param {Element} row */
function isInWindow(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return bottom > top && bottom > 0 && top < window.innerHeight;
}

/** @returns {[string, string] | null} */
function focused() {
  const link = document.activeElement?.closest("a[href]");
  const row = link?.closest(ROWS);
  return link && row ? [row.id, link.getAttribute("href") ?? ""] : null;
}

/** @returns {[string, string][]} */
function typed() {
  const fields = /** @type {HTMLTextAreaElement[]} */ ([...document.querySelectorAll(FIELDS)]);
  return fields.filter((field) => field.value !== field.defaultValue).map((field) => [field.id, field.value]);
}

/** @param {string} id @param {string} text */
function fill(id, text) {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} id @param {string} url */
function focus(id, url) {
  const link = document.getElementById(id)?.querySelector(`a[href="${CSS.escape(url)}"]`);
  if (link instanceof HTMLElement) link.focus({ preventScroll: true });
}
