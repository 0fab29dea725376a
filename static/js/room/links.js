/** Addresses in people's words become links, and handles keep their direction; everything else stays text. */
import { isLink } from "../addresses.js";
import { addressesIn } from "../text/link-detection.js";
import { mentionsIn } from "../text/mentions.js";
import { shownAddress } from "../text/shown-address.js";

/** As accounts/links.py does it for a line that the page came with. @param {string} text @returns {(string | HTMLElement)[]} */
export function linkify(text) {
  const links = addressesIn(text).filter(({ start, end }) => isLink(text.slice(start, end)));
  const pieces = [
    ...links.map((place) => ({ ...place, make: openLink })),
    ...mentionsIn(text).map((place) => ({ ...place, make: isolate })),
  ].sort((one, other) => one.start - other.start);
  const parts = [];
  let written = 0;
  for (const { start, end, make } of pieces) {
    parts.push(text.slice(written, start), make(text.slice(start, end)));
    written = end;
  }
  parts.push(text.slice(written));
  return parts.filter(Boolean);
}

/** @param {string} address never ours to vouch for */
function openLink(address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = shownAddress(address);
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  link.dir = "ltr";
  return link;
}

/** In a line from right to left the "@" of a handle would move behind it. @param {string} mention */
function isolate(mention) {
  const isolated = document.createElement("bdi");
  isolated.dir = "ltr";
  isolated.textContent = mention;
  return isolated;
}
