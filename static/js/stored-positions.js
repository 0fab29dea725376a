/**
 * The positions of this tab's history entries. Only keys, distances and the URL of the focused link are stored, no
 * content. The positions belong to one viewer: they are deleted when the viewer signs out or somebody else signs in.
 */

/** @typedef {import("./page-position.js").Position} Position */

const KEY = "spaces.positions";
const MAX_ENTRIES = 50;

/** Positions by history entry, oldest first. @type {Map<string, Position>} */
let positions = new Map();
let owner = "";
load();

/** @param {string} entry @returns {Position | null} */
export function storedPosition(entry) {
  if (owner !== viewer()) forget();
  return positions.get(entry) ?? null;
}

/** @param {string} entry @param {Position} position */
export function storePosition(entry, position) {
  if (owner !== viewer()) forget();
  positions.delete(entry);
  positions.set(entry, position);
  for (const oldest of [...positions.keys()].slice(0, -MAX_ENTRIES)) positions.delete(oldest);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ owner, positions: [...positions] }, withoutTyped));
  } catch {
    // Storage is refused in some private windows: positions last until a reload.
  }
}

/** Forget the typed text, because the form was sent. @param {string} entry of the history */
export function forgetTypedText(entry) {
  const position = positions.get(entry);
  if (position) positions.set(entry, { ...position, typed: [] });
}

function load() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (stored) [owner, positions] = [stored.owner, new Map(stored.positions)];
  } catch {
    // See above: positions last until a reload.
  }
  if (owner !== viewer()) forget();
}

function forget() {
  owner = viewer();
  positions = new Map();
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
