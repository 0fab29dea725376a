/**
 * The positions of this tab's history entries. Only keys and distances are stored, no content. They belong to one
 * viewer: they are deleted when the viewer signs out or somebody else signs in.
 */

/** @typedef {import("./place.js").Place} Place */

const KEY = "spaces.places";
const MAX_ENTRIES = 50;

/** Positions by history entry, oldest first. @type {Map<string, Place>} */
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
  for (const oldest of [...places.keys()].slice(0, -MAX_ENTRIES)) places.delete(oldest);
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
    // See above: positions last until a reload.
  }
  if (owner !== viewer()) forget();
}

function forget() {
  owner = viewer();
  places = new Map();
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // See above.
  }
}

/** Typed text is kept in memory only. @param {string} key @param {unknown} value */
function withoutTyped(key, value) {
  return key === "typed" ? undefined : value;
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
