/** Title and topics, changed while the Space is live. */
import { dialog, part } from "./parts.js";

const TOPICS_MOST = 3;

export class EditSheet {
  #sheet;
  #form;
  #room;
  #limit;

  /**
   * @param {HTMLElement} root @param {import("./room.js").Room} room
   * @param {{save: (fields: FormData) => Promise<void>, signal: AbortSignal}} options
   */
  constructor(root, room, { save, signal }) {
    this.#room = room;
    this.#sheet = dialog(root, "edit-sheet");
    this.#form = /** @type {HTMLFormElement} */ (part(root, "edit-form"));
    this.#limit = this.#title.maxLength;
    this.#form.addEventListener("input", () => this.#paint(), { signal });
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
    this.#paint();
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

  #paint() {
    part(this.#form, "edit-left").textContent = `${this.#limit - [...this.#title.value].length} left`;
    const full = this.#topics.filter((box) => box.checked).length >= TOPICS_MOST;
    for (const box of this.#topics) box.disabled = full && !box.checked;
  }

  /** @param {string} words */
  #complain(words) {
    const error = part(this.#form, "edit-error");
    error.textContent = words;
    error.hidden = !words;
  }
}
