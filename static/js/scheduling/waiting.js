/**
 * Remembers the Space for which a person waited on its page (scheduled-page.js), so that they enter the room without a tap
 * when it is shown. If the browser does not allow sound yet, the room asks for one tap.
 */

/** The path of the Space, from its start until its room is shown. */
let expected = "";

/** @param {string} path of a Space that has just started */
export function expectRoom(path) {
  expected = path;
}

/** @param {string} path @returns {boolean} whether the person waited for this room; true only once */
export function wasExpected(path) {
  const isExpected = expected === path;
  expected = "";
  return isExpected;
}
