/** The list of everyone in the room; listeners are loaded page by page. */
import { dialog, part } from "../../lib/parts.js";
import { paintPeople, personItems } from "./person.js";
import { paintPersonActs } from "./person-acts.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 */
export class PeopleSheet {
  /** @type {Person[]} */
  #more = []; // listeners after the first page, which is in the state
  /** @type {string | null} */
  #next = "";
  #root;
  #room;
  #sheet;
  #fetchPage;

  /** @param {HTMLElement} root @param {Room} room @param {(after: string) => Promise<{people: Person[], next: string | null}>} fetchPage */
  constructor(root, room, fetchPage) {
    this.#root = root;
    this.#room = room;
    this.#sheet = dialog(root, "people-sheet");
    this.#fetchPage = fetchPage;
    room.paintWith(() => this.#paint());
  }

  open() {
    this.#more = [];
    this.#next = "";
    this.#sheet.showModal();
    this.#paint();
  }

  async showMore() {
    const { people, next } = await this.#fetchPage(this.#next ?? "");
    this.#more.push(...people);
    this.#next = next;
    this.#paint();
  }

  #paint() {
    if (!this.#sheet.open) return;
    const { invited, audience } = this.#room.state;
    const rows = personItems(this.#root, this.#room, "row");
    const how = {
      create: rows.create,
      paint: (/** @type {HTMLElement} */ item, /** @type {Person} */ person) => {
        rows.paint(item, person);
        paintPersonActs(item, this.#room, person.id);
      },
    };
    const listeners = distinct([...audience.people, ...this.#more]).filter(({ id }) => !this.#room.seat(id));
    paintPeople(part(this.#root, "people-stage"), this.#room.stage.map((seat) => seat.person), how);
    paintPeople(part(this.#root, "people-invited"), invited.map((each) => each.person), how);
    paintPeople(part(this.#root, "people-listeners"), listeners, how);
    part(this.#root, "people-invited-row").hidden = invited.length === 0;
    part(this.#root, "people-more").hidden = this.#next === null || audience.count - audience.guests <= audience.people.length;
  }
}

/** @param {Person[]} people @returns {Person[]} */
function distinct(people) {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
