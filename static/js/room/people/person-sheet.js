/** The sheet about one person, with the buttons available to the viewer. */
import { dialog, part, setText } from "../../lib/parts.js";
import { renderPersonActs } from "./person-acts.js";
import { renderFace, ROLE_NAMES } from "./person.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

export class PersonSheet {
  /** @type {Person | null} */
  #person = null;
  #root;
  #room;
  #sheet;

  /** @param {HTMLElement} root @param {Room} room */
  constructor(root, room) {
    this.#root = root;
    this.#room = room;
    this.#sheet = dialog(root, "person-sheet");
    room.renderWith(() => this.#render());
  }

  /** The key of the person shown, or "". */
  get key() {
    return this.#sheet.open && this.#person ? this.#person.id : "";
  }

  /** The person shown. */
  get person() {
    return this.#sheet.open ? this.#person : null;
  }

  /** @param {Person} person */
  open(person) {
    this.#person = person;
    this.#render();
    if (!this.#sheet.open) this.#sheet.showModal();
  }

  #render() {
    const person = this.#person;
    if (!person) return;
    const role = ROLE_NAMES[this.#room.role(person.id)];
    renderFace(part(this.#sheet, "sheet-avatar"), person);
    setText(this.#sheet, "sheet-name", person.name);
    setText(this.#sheet, "sheet-handle", `@${person.handle}`);
    const you = person.id === this.#room.me ? " (you)" : "";
    setText(this.#sheet, "sheet-role", role[0].toUpperCase() + role.slice(1) + you);
    const link = /** @type {HTMLAnchorElement} */ (part(this.#root, "sheet-link"));
    link.href = `/@${encodeURIComponent(person.handle)}/`;
    const report = /** @type {HTMLAnchorElement | null} */ (this.#sheet.querySelector("[data-part=sheet-report]"));
    if (report) {
      const { handle, id } = person;
      report.href = `/report/?${new URLSearchParams({ person: handle, space: report.dataset.space ?? "" })}`;
      report.hidden = !handle || id === this.#room.me;
    }
    part(this.#sheet, "sheet-blocked").hidden = !this.#room.blocks(person.id);
    renderPersonActs(this.#sheet, this.#room, person.id);
  }
}
