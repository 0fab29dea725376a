/** User text: addresses become links, and handles keep their direction; everything else stays text. */
import { isLink } from "../../lib/addresses.js";
import { addressesIn } from "../../text/link-detection.js";
import { mentionsIn } from "../../text/mentions.js";
import { shownAddress } from "../../text/shown-address.js";
import { parts } from "../../lib/parts.js";

const HOLDS_NO_LINK = "a, button, label, summary";
const ISOLATED = /\u2068(.*?)\u2069/su; // FSI and PDI of UAX #9, which the server removes from user text

/** Mark user text within a sentence for `writeWords`, so that its direction does not affect the rest. @param {string} words @returns {string} "" for "" */
export function isolated(words) {
  return words && `\u2068${words}\u2069`;
}

/**
 * Write user text into every part of that name. A part that shows it already, from the server, is not touched.
 *
 * @param {ParentNode} root @param {string} name @param {string} text
 */
export function writeWords(root, name, text) {
  for (const place of parts(root, name)) {
    const draw = place.closest(HOLDS_NO_LINK) ? withoutLinks : linkify;
    const wanted = document.createDocumentFragment();
    wanted.append(...text.split(ISOLATED).flatMap((words, at) => (at % 2 ? inline(draw(words)) : draw(words))));
    const stands = [...place.childNodes];
    const isSame = stands.length === wanted.childNodes.length && stands.every((node, at) => node.isEqualNode(wanted.childNodes[at]));
    if (!isSame) place.replaceChildren(wanted);
  }
}

/** The same as `linked` in core/text/links.py. @param {string} text @returns {(string | HTMLElement)[]} */
export function linkify(text) {
  return weave(text, openLink);
}

/** The same as `isolated` in core/text/links.py, for text within a link or a button. @param {string} text @returns {(string | HTMLElement)[]} */
function withoutLinks(text) {
  return weave(text, (address) => leftToRight(shownAddress(address)));
}

/** @param {string} text @param {(address: string) => HTMLElement} makeAddress @returns {(string | HTMLElement)[]} */
function weave(text, makeAddress) {
  const links = addressesIn(text).filter(({ start, end }) => isLink(text.slice(start, end)));
  const pieces = [
    ...links.map((place) => ({ ...place, make: makeAddress })),
    ...mentionsIn(text).map((place) => ({ ...place, make: leftToRight })),
  ].sort((one, other) => one.start - other.start);
  const woven = [];
  let written = 0;
  for (const { start, end, make } of pieces) {
    woven.push(text.slice(written, start), make(text.slice(start, end)));
    written = end;
  }
  woven.push(text.slice(written));
  return woven.filter(Boolean);
}

/** @param {string} address of any site; we do not endorse it */
function openLink(address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = shownAddress(address);
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  link.dir = "ltr";
  return link;
}

/** @param {(string | HTMLElement)[]} words */
function inline(words) {
  const own = document.createElement("bdi");
  own.append(...words);
  return own;
}

/** In right-to-left text, the "@" would be shown after the handle. @param {string} words */
function leftToRight(words) {
  const own = document.createElement("bdi");
  own.dir = "ltr";
  own.textContent = words;
  return own;
}
