/**
 * Places by the entries of this tab's history. What is kept are keys and distances, nothing that was
 * read; and it belongs to one account: signing out, or in as another, forgets it.
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
    // Storage is refused in some private windows: kept until a reload.
  }
}

/** Forget what was typed, because the form was sent. @param {string} entry of the history */
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

/** What somebody is writing is for this page's memory alone. @param {string} key @param {unknown} value */
function withoutTyped(key, value) {
  return key === "typed" ? undefined : value;
}

function viewer() {
  return document.getElementById("page")?.dataset.viewer ?? "";
}
