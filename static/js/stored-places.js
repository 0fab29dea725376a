/**
 * Positions by the history entries of this tab. Only keys and distances are stored, no content. They belong to one
 * viewer: signing out, or in as another person, deletes them.
 */

/** @typedef {import("./place.js").Place} Place */

const KEY = "spaces.places";
const ENTRIES_KEPT = 50;

/** By history entry, oldest first. @type {Map<string, Place>} */
let places = new Map();
let owner = "";
load();

/** @param {string} entry @returns {Place | null} */
export function recallPlace(entry) {
  if (owner !== viewer()) forget();
  return places.get(entry) ?? null;
}

/** @param {string} entry @param {Place} place */
export function storePlace(entry, place) {
  if (owner !== viewer()) forget();
  places.delete(entry);
  places.set(entry, place);
  for (const oldest of [...places.keys()].slice(0, -ENTRIES_KEPT)) places.delete(oldest);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ owner, places: [...places] }, withoutTyped));
  } catch {
    // Storage is refused in some private windows: positions last until a reload.
  }
}

/** Forget the typed text, because the form was sent. @param {string} entry of the history */
export function forgetTyped(entry) {
  const place = places.get(entry);
  if (place) places.set(entry, { ...place, typed: [] });
}

function load() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (stored) [owner, places] = [stored.owner, new Map(stored.places)];
  } catch {
    // As above.
  }
  if (owner !== viewer()) forget();
}

function forget() {
  owner = viewer();
  places = new Map();
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** Typed text is kept in memory only. @param {string} key @param {unknown} value */
function withoutTyped(key, value) {
  return key === "typed" ? undefined : value;
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
