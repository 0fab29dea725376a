/** Find handles in a text. The same as core/text/mentions.py; both are tested with the table in tests/link_cases.py. */
import { addressesIn } from "./link-detection.js";

const LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff";
const HANDLE = new RegExp(
  `(?<![0-9_@＠/+&=${LATIN}])[@＠]([A-Za-z0-9_]{3,15})(?![0-9_@＠${LATIN}\u0300-\u036f])(?!(?:\\.[A-Za-z0-9-]+){2})`,
  "gu",
);
const ENDS_WITH_WORD = /[\p{L}\p{N}_]$/u;
const CONTINUES_AS_DOMAIN = /^(?:\.[\p{L}\p{N}]|-)/u;

/** @param {string} text @returns {{start: number, end: number, handle: string}[]} in UTF-16 units */
export function mentionsIn(text) {
  const addresses = addressesIn(text);
  return [...text.matchAll(HANDLE)]
    .map((match) => ({ start: match.index, end: match.index + match[0].length, handle: match[1] }))
    .filter(({ start, end }) => {
      if (addresses.some((address) => address.start <= start && start < address.end)) return false;
      return !(ENDS_WITH_WORD.test(text.slice(0, start)) && CONTINUES_AS_DOMAIN.test(text.slice(end)));
    });
}
