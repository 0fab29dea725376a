/** The form with which hosts choose the language of the captions, and their special words. */
import { part } from "../../lib/parts.js";

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {{save: (fields: FormData) => Promise<void>, signal: AbortSignal}} options
 * @returns {() => void} a function that fills the form with what is chosen now
 */
export function watchAdjustment(root, room, { save, signal }) {
  const form = /** @type {HTMLFormElement | null} */ (root.querySelector("[data-part=adjust-form]"));
  if (!form) return () => undefined; // guests can't adjust captions
  const showError = (/** @type {string} */ message) => {
    const error = part(form, "adjust-error");
    error.textContent = message;
    error.hidden = !message;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await save(new FormData(form));
      showError("");
    } catch (error) {
      showError(error instanceof Error ? error.message : "");
    }
  }, { signal });
  return () => {
    const { language, words } = room.state.captions;
    /** @type {HTMLSelectElement} */ (form.elements.namedItem("language")).value = language;
    /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("words")).value = words.join(", ");
    showError("");
  };
}
