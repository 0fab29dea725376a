/** Remove a person after confirmation, with a reason for the log; list removed people, who can be readmitted. */
import { isolated, writeWords } from "../chat/links.js";
import { cloneTemplate, dialog, part, setData, write } from "../../lib/parts.js";
import { paintFace, paintPeople } from "./person.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 * @typedef {{person: Person, by: Person, reason: string, at: string}} Removed
 */
export class Removal {
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

  /** @param {Person} person */
  ask(person) {
    this.#person = person;
    write(this.#root, "remove-name", person.name);
    this.#complain("");
    dialog(this.#root, "remove-sheet").showModal();
  }

  /** Fetch the removed people again. Only hosts receive the list, so it is not in the room's state. */
  async refresh() {
    if (!this.#room.may("remove")) return;
    this.#removed = (await this.#fetchRemoved().catch(() => ({ removed: this.#removed }))).removed;
    part(this.#root, "removed-row").hidden = this.#removed.length === 0;
    paintPeople(part(this.#root, "removed-list"), this.#removed.map((removed) => removed.person), {
      create: () => cloneTemplate(this.#root, "removed"),
      paint: (item, person) => this.#paintRow(item, person),
    });
  }

  /** @param {HTMLElement} item @param {Person} person */
  #paintRow(item, person) {
    const removed = this.#removed.find((each) => each.person.id === person.id);
    setData(item, "person", person.id);
    paintFace(part(item, "avatar"), person);
    write(item, "name", person.name);
    writeWords(item, "removed-note", [`by ${isolated(removed?.by.name ?? "")}`, isolated(removed?.reason ?? "")].filter(Boolean).join(" · "));
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
      this.#complain(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} words */
  #complain(words) {
    const error = part(this.#root, "remove-error");
    error.textContent = words;
    error.hidden = !words;
  }
}
