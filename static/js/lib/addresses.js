/**
 * URLs in user text: which of them become links, and which lead to a page of this site. The same rules as in
 * core/text/links.py; both are tested with the table in tests/address_cases.py.
 */

const WEB = /^https?:\/\//iu; // browsers also accept "http:host" and "http:///host"
const REPAIRED = /[\\\s\x00-\x1f\x7f-\x9f]/u; // browsers silently change these characters before they parse a URL

/** Return true for an HTTP URL whose host is not disguised, as in "https://bank.example@evil.example". @param {string} address */
export function isLink(address) {
  const url = read(address);
  return url !== null && !url.username && !url.password && !authority(address).includes("@");
}

/** @param {string} address @param {string} origin of this site @returns {string} path, query and fragment if it is a page of this site, else "" */
export function ownPath(address, origin) {
  const url = read(address);
  if (!url || !isLink(address) || url.origin !== origin) return "";
  const path = url.pathname + url.search + url.hash;
  return isPath(path) ? path : "";
}

/** Return true if the target leads to a page of this site from any page. @param {string} target */
export function isPath(target) {
  return /^\/(?!\/)/u.test(target) && !REPAIRED.test(target);
}

/** @param {string} address @returns {URL | null} */
function read(address) {
  if (!WEB.test(address) || REPAIRED.test(address) || authority(address) === "") return null;
  return URL.canParse(address) ? new URL(address) : null;
}

/** Return the authority: user, host and port. @param {string} address */
function authority(address) {
  return address.split("/")[2]?.split(/[?#]/u)[0] ?? "";
}
