/** Display addresses. The same as core/text/shown_addresses.py; both are tested with the table in tests/address_cases.py. */

// Letters that look like Latin ones: Chromium's list, and Greek letters.
const LOOK_ALIKES = /^[\p{ASCII}асԁеһіјӏорԛѕԝхуъЬҽпгѵѡοανρτυικ]+$/u;
const OF_NAMES = /^[-._\p{L}\p{M}\p{N}]+$/u;
const ASCII = /^\p{ASCII}*$/u;
const SCRIPTS = [
  /(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])\p{Script=Latin}/u,
  /(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])\p{Script=Greek}/u,
  /(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])\p{Script=Cyrillic}/u,
  /(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u,
  /(?=[\p{Lu}\p{Ll}\p{Lt}\p{Lo}])[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u,
];
const LATIN_AND_CJK = "0,3"; // indices in SCRIPTS that may be mixed

/** @param {string} address for which `isLink` is true */
export function shownAddress(address) {
  const [scheme, rest] = address.split(/:\/\/(.*)/su);
  const authority = /^[^/?#]*/u.exec(rest)?.[0] ?? "";
  const host = authority.replace(/:[0-9]*$/u, "");
  if (isPlain(host.toLowerCase())) return `${scheme.toLowerCase()}://${rest}`;
  const { hostname } = new URL(address);
  return `${scheme.toLowerCase()}://${hostname}${rest.slice(host.length)}`;
}

/** Return true if the host is displayed as typed. @param {string} host */
function isPlain(host) {
  if (ASCII.test(host)) return true;
  if (host.normalize("NFKC") !== host || !OF_NAMES.test(host)) return false;
  const labels = host.split(".");
  if (ASCII.test(labels.at(-1) ?? "") && labels.some((label) => !ASCII.test(label) && LOOK_ALIKES.test(label))) return false;
  return labels.every(isOfOneScript);
}

/** @param {string} label */
function isOfOneScript(label) {
  const found = SCRIPTS.flatMap((script, which) => (script.test(label) ? [which] : []));
  return found.length < 2 || String(found) === LATIN_AND_CJK;
}
