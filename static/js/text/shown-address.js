/** The form in which a URL is displayed. The same as core/text/shown_addresses.py; both are tested with the table in tests/address_cases.py. */

// Letters that look like Latin letters: Chromium's list, and Greek letters.
const LOOK_ALIKES = /^[\p{ASCII}асԁеһіјӏорԛѕԝхуъЬҽпгѵѡοανρτυικ]+$/u;
const NAME_CHARACTERS = /^[-._\p{L}\p{M}\p{N}]+$/u;
const ASCII = /^\p{ASCII}*$/u;
const LETTER = String.raw`(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])`;
const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}`;
const SCRIPTS = [
  String.raw`\p{Script=Latin}`,
  String.raw`\p{Script=Greek}`,
  String.raw`\p{Script=Cyrillic}`,
  `[${CJK}]`,
  String.raw`[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}${CJK}]`,
].map((script) => new RegExp(LETTER + script, "u"));
const LATIN_AND_CJK = "0,3"; // indices in SCRIPTS of scripts that may be mixed

/** @param {string} address for which `isLink` is true */
export function shownAddress(address) {
  const [scheme, rest] = address.split(/:\/\/(.*)/su);
  const authority = /^[^/?#]*/u.exec(rest)?.[0] ?? "";
  const host = authority.replace(/:[0-9]*$/u, "");
  if (isPlain(host.toLowerCase())) return `${scheme.toLowerCase()}://${rest}`;
  const { hostname } = new URL(address);
  return `${scheme.toLowerCase()}://${hostname}${rest.slice(host.length)}`;
}

/** Return whether the host can be displayed as typed; otherwise it is displayed in punycode. @param {string} host */
function isPlain(host) {
  if (ASCII.test(host)) return true;
  if (host.normalize("NFKC") !== host || !NAME_CHARACTERS.test(host)) return false;
  const labels = host.split(".");
  if (ASCII.test(labels.at(-1) ?? "") && labels.some((label) => !ASCII.test(label) && LOOK_ALIKES.test(label))) return false;
  return labels.every(hasOneScript);
}

/** @param {string} label */
function hasOneScript(label) {
  const found = SCRIPTS.flatMap((script, index) => (script.test(label) ? [index] : []));
  return found.length < 2 || String(found) === LATIN_AND_CJK;
}
