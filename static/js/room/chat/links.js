/** Render user text: URLs become links, and handles keep their direction; everything else stays text. */
import { isLink } from "../../lib/addresses.js";
import { addressesIn } from "../../text/link-detection.js";
import { mentionsIn } from "../../text/mentions.js";
import { shownAddress } from "../../text/shown-address.js";
import { parts } from "../../lib/parts.js";

const CANNOT_CONTAIN_LINKS = "a, button, label, summary";
const ISOLATED = /\u2068(.*?)\u2069/su; // FSI and PDI of UAX #9, which the server removes from user text

/** Mark user text within a sentence for `setUserText`, so that its direction does not affect the sentence. An empty text stays empty. @param {string} text */
export function markUserText(text) {
  return text && `\u2068${text}\u2069`;
}

/**
 * Show user text in every part with that name. A part in which the server has rendered the same text is not changed.
 *
 * @param {ParentNode} root @param {string} name @param {string} text
 */
export function setUserText(root, name, text) {
  for (const element of parts(root, name)) {
    const render = element.closest(CANNOT_CONTAIN_LINKS) ? withoutLinks : linkify;
    const wanted = document.createDocumentFragment();
    wanted.append(...text.split(ISOLATED).flatMap((piece, at) => (at % 2 ? isolate(render(piece)) : render(piece))));
    const present = [...element.childNodes];
    const isSame = present.length === wanted.childNodes.length && present.every((node, at) => node.isEqualNode(wanted.childNodes[at]));
    if (!isSame) element.replaceChildren(wanted);
  }
}

/** The same as `linked` in core/text/links.py. @param {string} text @returns {(string | HTMLElement)[]} */
export function linkify(text) {
  return replaceMatches(text, createLink);
}

/** The same as `isolated` in core/text/links.py, for text within a link or a button. @param {string} text @returns {(string | HTMLElement)[]} */
function withoutLinks(text) {
  return replaceMatches(text, (url) => leftToRight(shownAddress(url)));
}

/** @param {string} text @param {(url: string) => HTMLElement} renderUrl @returns {(string | HTMLElement)[]} */
function replaceMatches(text, renderUrl) {
  const links = addressesIn(text).filter(({ start, end }) => isLink(text.slice(start, end)));
  const matches = [
    ...links.map((found) => ({ ...found, render: renderUrl })),
    ...mentionsIn(text).map((found) => ({ ...found, render: leftToRight })),
  ].sort((one, other) => one.start - other.start);
  const result = [];
  let done = 0;
  for (const { start, end, render } of matches) {
    result.push(text.slice(done, start), render(text.slice(start, end)));
    done = end;
  }
  result.push(text.slice(done));
  return result.filter(Boolean);
}

/** Return a link that opens a new tab. `rel` states that this site does not endorse it. @param {string} url */
function createLink(url) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = shownAddress(url);
  link.target = "_blank";
  link.rel = "noopener nofollow ugc";
  link.dir = "ltr";
  return link;
}

/** @param {(string | HTMLElement)[]} content */
function isolate(content) {
  const element = document.createElement("bdi");
  element.append(...content);
  return element;
}

/** Show a handle or URL from left to right, also in right-to-left text, where the "@" would come after the handle. @param {string} text */
function leftToRight(text) {
  const element = document.createElement("bdi");
  element.dir = "ltr";
  element.textContent = text;
  return element;
}
