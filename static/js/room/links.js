/** Addresses in people's words become links; everything else stays text. */
import { isLink } from "../addresses.js";

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/giu;
const TRAILING = /[.,:;!?»”’]+$/u; // belongs to the sentence

/** @param {string} text @returns {(string | HTMLAnchorElement)[]} */
export function linkify(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trim(match[0]);
    const link = openLink(address);
    if (!link) continue;
    parts.push(text.slice(end, match.index), link);
    end = match.index + address.length;
  }
  parts.push(text.slice(end));
  return parts.filter(Boolean);
}

/** A closing bracket belongs to the address only if the address opened it. @param {string} match */
function trim(match) {
  let address = match.replace(TRAILING, "");
  while (address.endsWith(")") && address.split(")").length > address.split("(").length) {
    address = address.slice(0, -1).replace(TRAILING, "");
  }
  return address;
}

/** @param {string} address @returns {HTMLAnchorElement | null} never ours to vouch for */
function openLink(address) {
  if (!isLink(address)) return null;
  const link = document.createElement("a");
  link.href = address;
  link.textContent = address;
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  link.dir = "ltr";
  return link;
}
