/**
 * Find where URLs begin and end in text of any script, by Unicode's rules (UTS #58), but stricter in
 * three points: see core/text/link_detection.py, which does the same. Both are tested with the table in tests/link_cases.py.
 */

const START = /(?<![A-Za-z0-9])https?:\/\//giu;
const PARTS = "/?#"; // each begins a part of the URL; a pair of brackets must be within one part
const SOFT = "!',.:;?*_~’‘";
const IGNORED = /[\p{Default_Ignorable_Code_Point}\p{So}]|(?!\p{ASCII})\p{Sk}/u;
const HARD = /[<>"`…‥⋯„‚\p{Cc}\p{Cs}\p{Co}\p{Zs}\p{Zl}\p{Zp}]|(?!\p{ASCII})\p{Terminal_Punctuation}|(?![’‘])[\p{Pi}\p{Pf}]/u;
const PAIRS = [..."()[]{}（）［］｛｝｟｠｢｣「」『』【】〈〉《》〔〕〖〗〘〙〚〛⟨⟩﹙﹚﹛﹜﹝﹞"];

const AUTHORITY = /[^/?#\s<>"]*/uy;
const HOST = /^(?:\[[0-9A-Fa-f:.]*\]|(?:[A-Za-z0-9.%_-]|[^\x00-\x7f])*)(?::[0-9]*)?/u;
const FOREIGN_TAIL = /(?<=\.)[A-Za-z0-9-]+(?=[^\x00-\u024f\u1e00-\u1eff][^.:]*$)/u;
const REFUSED = /[@\\]/u; // a URL with one of these before its path is detected as a whole, and never linked
const NOT_AT_END_OF_HOST = new RegExp(`[${SOFT}-]+$`, "u");

/** @param {string} text @returns {{start: number, end: number}[]} the URLs, in UTF-16 units; `isLink` decides which become links */
export function addressesIn(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(START)) {
    if (match.index < end) continue; // inside the previous URL
    const begin = match.index + match[0].length;
    end = endOfHost(text, begin) || endOfAddress(text, begin);
    if (end > begin) found.push({ start: match.index, end });
  }
  return found;
}

/** Return the end of the URL, by the termination algorithm of UTS #58. @param {string} text @param {number} start */
function endOfAddress(text, start) {
  let end = start;
  let index = start;
  /** @type {string[]} */
  let opened = [];
  while (index < text.length) {
    const char = String.fromCodePoint(text.codePointAt(index) ?? 0);
    index += char.length;
    if (PARTS.includes(char)) opened = [];
    if (HARD.test(char)) break;
    if (SOFT.includes(char) || IGNORED.test(char)) continue;
    const bracket = PAIRS.indexOf(char);
    if (bracket >= 0 && bracket % 2 === 0) {
      opened.push(char);
      continue;
    }
    if (bracket >= 0 && opened.pop() !== PAIRS[bracket - 1]) break;
    end = index;
  }
  return end;
}

/** Return the end of the host if other text follows it directly, so that the URL ends there; otherwise 0. @param {string} text @param {number} start */
function endOfHost(text, start) {
  AUTHORITY.lastIndex = start;
  const authority = AUTHORITY.exec(text)?.[0] ?? "";
  if (REFUSED.test(authority)) return 0;
  let host = HOST.exec(authority)?.[0] ?? "";
  const foreign = FOREIGN_TAIL.exec(host);
  if (foreign) host = host.slice(0, foreign.index + foreign[0].length);
  if (host === authority) return 0;
  return start + host.replace(NOT_AT_END_OF_HOST, "").length;
}
