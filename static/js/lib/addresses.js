/**
 * Addresses in people's words: which become links, and which lead to a page of this site. As strict
 * as core/text/links.py; tests/address_cases.py is the table that both pass.
 */

const WEB = /^https?:\/\//iu; // a browser takes "http:host" and "http:///host" as well
const REPAIRED = /[\\\s\x00-\x1f\x7f-\x9f]/u; // by browsers, before they read an address

/** Of the web, and of the host that it seems to be. @param {string} address */
export function isLink(address) {
  const url = read(address);
  return url !== null && !url.username && !url.password && !authority(address).includes("@");
}

/** @param {string} address @param {string} origin ours @returns {string} path, query and fragment of a page of ours, else "" */
export function ownPath(address, origin) {
  const url = read(address);
  if (!url || !isLink(address) || url.origin !== origin) return "";
  const path = url.pathname + url.search + url.hash;
  return isPath(path) ? path : "";
}

/** Whether it leads to a page of this site wherever it stands. @param {string} target */
export function isPath(target) {
  return /^\/(?!\/)/u.test(target) && !REPAIRED.test(target);
}

/** @param {string} address @returns {URL | null} */
function read(address) {
  if (!WEB.test(address) || REPAIRED.test(address) || authority(address) === "") return null;
  return URL.canParse(address) ? new URL(address) : null;
}

/** Between the slashes. @param {string} address */
function authority(address) {
  return address.split("/")[2]?.split(/[?#]/u)[0] ?? "";
}
