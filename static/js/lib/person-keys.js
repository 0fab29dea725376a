/** Person keys, as in core/person_keys.py: return true for the key of an account. @param {string} key */
export function isAccount(key) {
  return key.startsWith("u");
}
