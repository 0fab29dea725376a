/** The dialog that removes a person, with a reason for the log, and the list of removed people, who can be readmitted. */
import { markUserText, setUserText } from "../chat/links.js";
import { cloneTemplate, dialog, part, setData, setText } from "../../lib/parts.js";
import { renderFace, renderPeople } from "./person.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 * @typedef {{person: Person, by: Person, reason: string, at: string}} Removed
 */
export class RemoveDialog {
  /** @type {Removed[]} */
  #removed = [];
  /** @type {Person | null} */
  #person = null;
  #root;
  #room;
  #fetchRemoved;
  #onRemoved;

  /**
   * @param {HTMLElement} root @param {Room} room
   * @param {{remove: (key: string, reason: string) => Promise<void>,
   *   fetchRemoved: () => Promise<{removed: Removed[]}>, onRemoved: (person: Person) => void, signal: AbortSignal}} options
   */
  constructor(root, room, { remove, fetchRemoved, onRemoved, signal }) {
    this.#root = root;
    this.#room = room;
    this.#fetchRemoved = fetchRemoved;
    this.#onRemoved = onRemoved;
    const form = /** @type {HTMLFormElement} */ (part(root, "remove-form"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(form, remove);
    }, { signal });
    room.onEvent((event) => {
      if (event.t === "removed" || event.t === "readmitted") void this.refresh();
    });
  }

  /** @param {Person} person to remove after confirmation */
  open(person) {
    this.#person = person;
    setText(this.#root, "remove-name", person.name);
    this.#showError("");
    dialog(this.#root, "remove-sheet").showModal();
  }

  /** Fetch the removed people again. Only hosts receive the list, so it is not in the room's state. */
  async refresh() {
    if (!this.#room.may("remove")) return;
    this.#removed = (await this.#fetchRemoved().catch(() => ({ removed: this.#removed }))).removed;
    part(this.#root, "removed-row").hidden = this.#removed.length === 0;
    renderPeople(part(this.#root, "removed-list"), this.#removed.map((removed) => removed.person), {
      create: () => cloneTemplate(this.#root, "removed"),
      render: (item, person) => this.#renderRow(item, person),
    });
  }

  /** @param {HTMLElement} item @param {Person} person */
  #renderRow(item, person) {
    const removed = this.#removed.find((each) => each.person.id === person.id);
    setData(item, "person", person.id);
    renderFace(part(item, "avatar"), person);
    setText(item, "name", person.name);
    setUserText(item, "removed-note", [`by ${markUserText(removed?.by.name ?? "")}`, markUserText(removed?.reason ?? "")].filter(Boolean).join(" · "));
  }

  /** @param {HTMLFormElement} form @param {(key: string, reason: string) => Promise<void>} remove */
  async #submit(form, remove) {
    const reason = new FormData(form).get("reason");
    const person = this.#person;
    if (!person) return;
    try {
      await remove(person.id, typeof reason === "string" ? reason.trim() : "");
      form.reset();
      for (const name of ["remove-sheet", "person-sheet"]) dialog(this.#root, name).close();
      this.#onRemoved(person);
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} message "" hides it */
  #showError(message) {
    const error = part(this.#root, "remove-error");
    error.textContent = message;
    error.hidden = !message;
  }
}
