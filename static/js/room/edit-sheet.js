/** Title and topics, changed while the Space is live. */
import { dialog, part } from "./parts.js";

export class EditSheet {
  #sheet;
  #form;
  #room;

  /**
   * @param {HTMLElement} root @param {import("./room.js").Room} room
   * @param {{save: (fields: FormData) => Promise<void>, signal: AbortSignal}} options
   */
  constructor(root, room, { save, signal }) {
    this.#room = room;
    this.#sheet = dialog(root, "edit-sheet");
    this.#form = /** @type {HTMLFormElement} */ (part(root, "edit-form"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(save);
    }, { signal });
  }

  open() {
    const { title, topics } = this.#room.state.space;
    const chosen = new Set(topics.map((topic) => topic.slug));
    this.#title.value = title;
    for (const box of this.#topics) box.checked = chosen.has(box.value);
    this.#complain("");
    // Filled as by hand: static/js/forms.js counts letters and boxes.
    this.#title.dispatchEvent(new Event("input", { bubbles: true }));
    this.#topics[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    this.#sheet.showModal();
  }

  get #title() {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("title"));
  }

  get #topics() {
    return /** @type {HTMLInputElement[]} */ ([...this.#form.querySelectorAll("input[name=topics]")]);
  }

  /** @param {(fields: FormData) => Promise<void>} save */
  async #submit(save) {
    try {
      await save(new FormData(this.#form));
      this.#sheet.close();
    } catch (error) {
      this.#complain(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} words */
  #complain(words) {
    const error = part(this.#form, "edit-error");
    error.textContent = words;
    error.hidden = !words;
  }
}
