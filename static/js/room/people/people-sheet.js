/** The list of everyone in the room, with one row for each person; listeners are loaded page by page. */
import { dialog, part } from "../../lib/parts.js";
import { renderPeople, personItems } from "./person.js";
import { renderPersonActs } from "./person-acts.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 */
export class PeopleSheet {
  /** @type {Person[]} */
  #more = []; // listeners that were fetched; some of them are also in the state
  /** The key after which the next page begins: "" for the first page, null if there is no further page. @type {string | null} */
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
    room.renderWith(() => this.#render());
  }

  open() {
    this.#more = [];
    this.#next = "";
    this.#sheet.showModal();
    this.#render();
  }

  async showMore() {
    const { people, next } = await this.#fetchPage(this.#next ?? "");
    this.#more.push(...people);
    this.#next = next;
    this.#render();
  }

  #render() {
    if (!this.#sheet.open) return;
    const { invited, requests, audience } = this.#room.state;
    const rows = personItems(this.#root, this.#room, "row");
    const row = {
      create: rows.create,
      render: (/** @type {HTMLElement} */ item, /** @type {Person} */ person) => {
        rows.render(item, person);
        renderPersonActs(item, this.#room, person.id);
      },
    };
    const waiting = this.#room.may("answer_requests") ? requests : []; // queue.js shows them
    const { stage } = this.#room;
    const asking = peopleOf(waiting);
    const called = without(peopleOf(invited), [...peopleOf(stage), ...asking]);
    const listeners = without(distinct([...audience.people, ...this.#more]), [...peopleOf(stage), ...asking, ...called]);
    renderPeople(part(this.#root, "people-stage"), peopleOf(stage), row);
    renderPeople(part(this.#root, "people-invited"), called, row);
    renderPeople(part(this.#root, "people-listeners"), listeners, row);
    part(this.#root, "people-invited-row").hidden = called.length === 0;
    part(this.#root, "nobody-listens").hidden = audience.count > 0;
    part(this.#root, "people-more").hidden = this.#next === null || audience.count - audience.guests <= audience.people.length;
  }
}

/** @param {{person: Person}[]} entries @returns {Person[]} */
function peopleOf(entries) {
  return entries.map((each) => each.person);
}

/** @param {Person[]} people @param {Person[]} others who have a row already @returns {Person[]} */
function without(people, others) {
  return people.filter(({ id }) => others.every((other) => other.id !== id));
}

/** @param {Person[]} people @returns {Person[]} */
function distinct(people) {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
