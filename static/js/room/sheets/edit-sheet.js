/** The sheet that changes a live Space: its title, its topics, and whether guests may listen. */
import { dialog, part } from "../../lib/parts.js";

export class EditSheet {
  #sheet;
  #form;
  #room;

  /**
   * @param {HTMLElement} root @param {import("../room.js").Room} room
   * @param {{save: (fields: FormData) => Promise<void>, allowGuests: (allowed: boolean) => Promise<void>,
   *   signal: AbortSignal}} options
   */
  constructor(root, room, options) {
    this.#room = room;
    this.#sheet = dialog(root, "edit-sheet");
    this.#form = /** @type {HTMLFormElement} */ (part(root, "edit-form"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(options);
    }, { signal: options.signal });
  }

  open() {
    const { title, topics, open_to_guests: open } = this.#room.state.space;
    const chosen = new Set(topics.map((topic) => topic.slug));
    this.#title.value = title;
    this.#guests.checked = open;
    for (const box of this.#topics) box.checked = chosen.has(box.value);
    this.#showError("");
    // Fire the events of typing, so that static/js/forms.js updates its counters.
    this.#title.dispatchEvent(new Event("input", { bubbles: true }));
    this.#topics[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    this.#sheet.showModal();
  }

  get #title() {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("title"));
  }

  get #guests() {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem("open_to_guests"));
  }

  get #topics() {
    return /** @type {HTMLInputElement[]} */ ([...this.#form.querySelectorAll("input[name=topics]")]);
  }

  /** @param {{save: (fields: FormData) => Promise<void>, allowGuests: (allowed: boolean) => Promise<void>}} options */
  async #submit({ save, allowGuests }) {
    try {
      await save(new FormData(this.#form));
      if (this.#guests.checked !== this.#room.state.space.open_to_guests) await allowGuests(this.#guests.checked);
      this.#sheet.close();
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} message "" hides it */
  #showError(message) {
    const error = part(this.#form, "edit-error");
    error.textContent = message;
    error.hidden = !message;
  }
}
