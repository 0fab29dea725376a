/** The queue of people who ask to speak: a person's position, and the estimated time. */

/** @typedef {import("../room-state.js").RoomState} RoomState */

const MINUTE = 60_000; // ms
const ENOUGH = 2; // acceptances needed for an estimate

/** @param {RoomState} state @param {string} key @returns {number} 1 is next; 0 if the person does not ask */
export function placeOf(state, key) {
  return state.requests.findIndex((request) => request.person.id === key) + 1;
}

/**
 * Estimate from the average time between the latest acceptances; a longer pause since the last one counts instead.
 * @param {RoomState} state @param {number} place @param {number} now ms @returns {number | null} minutes; null if unknown
 */
export function minutesUntil(state, place, now) {
  const times = state.accepted.map((at) => Date.parse(at));
  if (times.length < ENOUGH || place < 1) return null;
  const last = times[times.length - 1];
  const pace = Math.max((last - times[0]) / (times.length - 1), now - last);
  return Math.max(1, Math.round((place * pace) / MINUTE));
}

/** @param {RoomState} state @param {string} key @param {number} now ms @returns {string} "3rd in line · about 4 min" */
export function describePlace(state, key, now) {
  const place = placeOf(state, key);
  if (!place) return "";
  const words = place === 1 ? "Next in line" : `${ordinal(place)} in line`;
  const minutes = minutesUntil(state, place, now);
  return minutes === null ? words : `${words} · about ${minutes} min`;
}

/** @param {string} at of a request @param {number} now ms @returns {string} */
export function describeWait(at, now) {
  const minutes = Math.floor((now - Date.parse(at)) / MINUTE);
  return minutes < 1 ? "Just asked" : `Waiting ${minutes} min`;
}

const SUFFIXES = /** @type {Record<string, string>} */ ({ one: "st", two: "nd", few: "rd", other: "th" });
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** @param {number} n */
function ordinal(n) {
  return `${n}${SUFFIXES[ordinals.select(n)]}`;
}
