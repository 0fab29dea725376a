/** The queue of people who ask to speak: a person's position, and the estimated time. */

/** @typedef {import("../room-state.js").RoomState} RoomState */

const MINUTE = 60_000; // ms
const ENOUGH = 2; // acceptances needed for an estimate

/** @param {RoomState} state @param {string} key @returns {number} 1 is next; 0 if the person is not in the queue */
export function positionOf(state, key) {
  return state.requests.findIndex((request) => request.person.id === key) + 1;
}

/**
 * Estimate from the average time between the latest acceptances, or from the time since the last one, if that is longer.
 * @param {RoomState} state @param {number} position @param {number} now ms @returns {number | null} minutes; null if unknown
 */
export function minutesUntil(state, position, now) {
  const times = state.accepted.map((at) => Date.parse(at));
  if (times.length < ENOUGH || position < 1) return null;
  const last = times[times.length - 1];
  const pace = Math.max((last - times[0]) / (times.length - 1), now - last);
  return Math.max(1, Math.round((position * pace) / MINUTE));
}

/** @param {RoomState} state @param {string} key @param {number} now ms @returns {string} "3rd in line · about 4 min" */
export function describePosition(state, key, now) {
  const position = positionOf(state, key);
  if (!position) return "";
  const text = position === 1 ? "Next in line" : `${ordinal(position)} in line`;
  const minutes = minutesUntil(state, position, now);
  return minutes === null ? text : `${text} · about ${minutes} min`;
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
