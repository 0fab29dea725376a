/**
 * Normalise user text as the server does, so that pages count the same length. The same as
 * core/text/written_text.py; both are tested with the table in tests/written_text_cases.py.
 */

const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu;
const SPACES = /[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu;
const NONCHARACTERS = "\\p{Noncharacter_Code_Point}";
const BLANK = "\u2800\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}";
const VISIBLE = new RegExp(`[^\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cs}\\p{Co}\\p{Z}${NONCHARACTERS}${BLANK}]`, "u");

/** @param {string} text @param {boolean} [isLines] whether the text may have several lines @returns {number} the number of code points that are kept */
export function lengthOf(text, isLines = false) {
  return [...(isLines ? asLines(text) : asOneLine(text))].length;
}

/** @param {string} text */
export function asOneLine(text) {
  const line = text.normalize("NFC").replace(DIRECTION_CONTROLS, "").replace(SPACES, " ").replace(/^ | $/gu, "");
  return VISIBLE.test(line) ? line : "";
}

/** @param {string} text */
export function asLines(text) {
  const lines = text.split(/\r\n|\r|\n/u).map(asOneLine).join("\n");
  return lines.replace(/\n{3,}/gu, "\n\n").replace(/^\n+|\n+$/gu, "");
}
