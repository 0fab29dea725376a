/** Small choices that this browser keeps, under `spaces.`; storage may be refused. */

/** @param {string} name @returns {string} "" when there is none */
export function preference(name) {
  try {
    return localStorage.getItem(`spaces.${name}`) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(`spaces.${name}`, value);
  } catch {
    // Chosen for this visit only.
  }
}
