/** How live rooms name people, as core/person_keys.py says. @param {string} key whether it is that of an account */
export function isAccount(key) {
  return key.startsWith("u");
}
