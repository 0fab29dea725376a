/** Preferences kept in this browser, under `spaces.`; storage may be refused. */

/** @param {string} name @returns {string} "" if it is not set */
export function preference(name) {
  try {
    return localStorage.getItem(`spaces.${name}`) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} value */
export function setPreference(name, value) {
  try {
    localStorage.setItem(`spaces.${name}`, value);
  } catch {
    // The choice lasts until the page is closed.
  }
}
