/** The form in which a captioner writes what people say, a phrase at a time. */
import { part } from "../../lib/parts.js";

/** @typedef {import("../room.js").Room} Room */

/**
 * @param {HTMLElement} root @param {Room} room
 * @param {{write: (speaker: string, text: string) => Promise<void>, openPanel: () => void, signal: AbortSignal}} options
 */
export function watchCaptioner(root, room, { write, openPanel, signal }) {
  const form = /** @type {HTMLFormElement | null} */ (root.querySelector("[data-part=captioner-form]"));
  if (!form) return; // guests can't write captions
  const speaker = /** @type {HTMLSelectElement} */ (part(form, "captioner-speaker"));
  const text = /** @type {HTMLInputElement} */ (part(form, "captioner-text"));
  const showError = (/** @type {string} */ message) => {
    const error = part(root, "captioner-error");
    error.textContent = message;
    error.hidden = !message;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words || !speaker.value) return;
    text.value = "";
    showError("");
    try {
      await write(speaker.value, words);
    } catch (error) {
      if (!text.value) text.value = words;
      showError(error instanceof Error ? error.message : "");
    }
  }, { signal });
  room.renderWith(() => {
    const writes = room.state.captions.captioners.some((person) => person.id === room.me);
    if (writes && form.hidden) openPanel();
    form.hidden = !writes;
    if (!writes) return showError("");
    renderSpeakers(speaker, room);
    // Follow the person who talks, but not while a phrase is being written.
    const talking = room.state.talking?.find((key) => room.isCaptioned(key));
    if (talking && !text.value) speaker.value = talking;
  });
}

/** @param {HTMLSelectElement} select @param {Room} room */
function renderSpeakers(select, room) {
  const people = room.stage.map((seat) => seat.person).filter((person) => room.isCaptioned(person.id));
  const wanted = people.map((person) => `${person.id} ${person.name}`).join("\n") || "nobody";
  if (select.dataset.shown === wanted) return;
  select.dataset.shown = wanted;
  const chosen = select.value;
  const options = people.map((person) => new Option(person.name, person.id));
  select.replaceChildren(...(options.length ? options : [new Option("Nobody is captioned yet", "")]));
  if (people.some((person) => person.id === chosen)) select.value = chosen;
}
