/**
 * How this person reads captions: size, contrast, spacing, and whether a screen reader reads them. The choices are kept in
 * this browser.
 */
import { preference, setPreference } from "../../lib/preferences.js";
import { dialog, part, setData } from "../../lib/parts.js";

const SIZES = ["small", "medium", "large", "huge"];
const SWITCHES = ["contrast", "spacing", "announced"];

/**
 * @param {HTMLElement} root
 * @param {{isOnly: () => boolean, setOnly: (only: boolean) => void, signal: AbortSignal}} options `only`: captions without sound
 * @returns {() => void} a function that opens the sheet
 */
export function watchReading(root, { isOnly, setOnly, signal }) {
  const form = /** @type {HTMLFormElement} */ (part(root, "reading-form"));
  const show = () => {
    showReadingStyle(part(root, "captions-panel"));
    part(root, "captions-announcer").setAttribute("aria-live", isOn("announced") ? "polite" : "off");
  };
  /** @type {RadioNodeList} */ (form.elements.namedItem("size")).value = size();
  for (const name of SWITCHES) box(form, name).checked = isOn(name);
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === "only") setOnly(target.checked);
    else setPreference(`captions.${target.name}`, target.name === "size" ? target.value : target.checked ? "1" : "");
    show();
  }, { signal });
  show();
  return () => {
    box(form, "only").checked = isOnly(); // the preview can switch it on, too
    dialog(root, "captions-sheet").showModal();
  };
}

/** Show the captions in this element as the person chose. @param {HTMLElement} element */
export function showReadingStyle(element) {
  setData(element, "size", size());
  for (const name of SWITCHES) setData(element, name, isOn(name));
}

/** Whether a screen reader reads the captions. */
export function isAnnounced() {
  return isOn("announced");
}

/** @param {string} name */
function isOn(name) {
  return preference(`captions.${name}`) === "1";
}

function size() {
  const chosen = preference("captions.size");
  return SIZES.includes(chosen) ? chosen : "medium";
}

/** @param {HTMLFormElement} form @param {string} name */
function box(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}
