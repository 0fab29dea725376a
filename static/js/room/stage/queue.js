/** Who asks to speak, for hosts: in order, how long they wait, and why. */
import { serverNow } from "../../lib/server-clock.js";
import { describeWait } from "./queue-position.js";
import { writeWords } from "../chat/links.js";
import { part, setData, write } from "../../lib/parts.js";
import { paintPeople, personItems } from "../people/person.js";

/** @typedef {import("../room.js").Room} Room */

const LOOK_AGAIN = 20_000; // ms: they wait longer though nothing happens

export class Queue {
  /** @type {Record<string, string>} key -> why; told to hosts alone, so not in the room's state */
  #reasons = {};
  #read = ""; // whose reasons those are
  #root;
  #room;
  #fetchReasons;

  /**
   * @param {HTMLElement} root @param {Room} room
   * @param {{fetchReasons: () => Promise<{reasons: Record<string, string>}>, signal: AbortSignal}} options
   */
  constructor(root, room, { fetchReasons, signal }) {
    this.#root = root;
    this.#room = room;
    this.#fetchReasons = fetchReasons;
    const clock = setInterval(() => this.#paint(), LOOK_AGAIN);
    signal.addEventListener("abort", () => clearInterval(clock));
    room.paintWith(() => {
      this.#paint();
      void this.#refresh();
    });
  }

  /** Again whenever others wait than those whose reasons we know. */
  async #refresh() {
    const { requests } = this.#room.state;
    const waiting = requests.map((request) => `${request.person.id} ${request.at}`).join();
    if (!this.#room.may("answer_requests") || waiting === this.#read) return;
    this.#read = waiting;
    try {
      this.#reasons = waiting ? (await this.#fetchReasons()).reasons : {};
      this.#paint();
    } catch {
      this.#read = ""; // the next change asks again
    }
  }

  #paint() {
    const { requests } = this.#room.state;
    const waiting = this.#room.may("answer_requests") ? requests : [];
    const count = waiting.length > 99 ? "99+" : String(waiting.length);
    write(this.#root, "queue-count", count);
    write(this.#root, "asking-count", count);
    for (const name of ["queue-row", "asking-count"]) part(this.#root, name).hidden = waiting.length === 0;
    part(this.#root, "people-button").setAttribute("aria-label", waiting.length ? `People, ${count} asking to speak` : "People");
    const { create, paint } = personItems(this.#root, this.#room, "request");
    const rows = waiting.map((request) => request.person);
    paintPeople(part(this.#root, "queue"), rows, {
      create,
      paint: (item, person) => {
        paint(item, person);
        this.#paintRequest(item, waiting.findIndex((request) => request.person.id === person.id));
      },
    });
  }

  /** @param {HTMLElement} item @param {number} place in the line, from 0 */
  #paintRequest(item, place) {
    const { person, at, first_time: isFirst } = this.#room.state.requests[place];
    const reason = this.#reasons[person.id] ?? "";
    setData(item, "first", place === 0);
    write(item, "wait", describeWait(at, serverNow()));
    part(item, "first-time").hidden = !isFirst;
    writeWords(item, "reason", reason && `“${reason}”`);
    part(item, "reason").hidden = !reason;
    part(item, "button").removeAttribute("aria-label"); // its own words say who, how long, and whether for the first time
  }
}
