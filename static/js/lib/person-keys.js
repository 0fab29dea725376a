/** Return true for the person key (core/person_keys.py) of an account. @param {string} key */
export function isAccount(key) {
  return key.startsWith("u");
}
