/** The hosts' list of people who ask to speak: in order, with waiting time and reason. */
import { serverNow } from "../../lib/server-clock.js";
import { describeWait } from "./queue-position.js";
import { setUserText } from "../chat/links.js";
import { part, setData, setText } from "../../lib/parts.js";
import { renderPeople, personItems } from "../people/person.js";

/** @typedef {import("../room.js").Room} Room */

const RENDER_EVERY = 20_000; // ms; the waiting time grows

export class Queue {
  /** @type {Record<string, string>} reason by person key; only hosts receive it, so it is not in the room's state */
  #reasons = {};
  #fetchedFor = ""; // the requests whose reasons were fetched
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
    const clock = setInterval(() => this.#render(), RENDER_EVERY);
    signal.addEventListener("abort", () => clearInterval(clock));
    room.renderWith(() => {
      this.#render();
      void this.#refresh();
    });
  }

  /** Fetch the reasons again when the requests have changed. */
  async #refresh() {
    const { requests } = this.#room.state;
    const waiting = requests.map((request) => `${request.person.id} ${request.at}`).join();
    if (!this.#room.may("answer_requests") || waiting === this.#fetchedFor) return;
    this.#fetchedFor = waiting;
    try {
      this.#reasons = waiting ? (await this.#fetchReasons()).reasons : {};
      this.#render();
    } catch {
      this.#fetchedFor = ""; // fetch again at the next change
    }
  }

  #render() {
    const { requests } = this.#room.state;
    const waiting = this.#room.may("answer_requests") ? requests : [];
    const count = waiting.length > 99 ? "99+" : String(waiting.length);
    setText(this.#root, "queue-count", count);
    setText(this.#root, "asking-count", count);
    for (const name of ["queue-row", "asking-count"]) part(this.#root, name).hidden = waiting.length === 0;
    part(this.#root, "people-button").setAttribute("aria-label", waiting.length ? `People, ${count} asking to speak` : "People");
    const { create, render } = personItems(this.#root, this.#room, "request");
    const rows = waiting.map((request) => request.person);
    renderPeople(part(this.#root, "queue"), rows, {
      create,
      render: (item, person) => {
        render(item, person);
        this.#renderRequest(item, waiting.findIndex((request) => request.person.id === person.id));
      },
    });
  }

  /** @param {HTMLElement} item @param {number} index in the queue, from 0 */
  #renderRequest(item, index) {
    const { person, at, first_time: isFirst } = this.#room.state.requests[index];
    const reason = this.#reasons[person.id] ?? "";
    setData(item, "first", index === 0);
    setText(item, "wait", describeWait(at, serverNow()));
    part(item, "first-time").hidden = !isFirst;
    setUserText(item, "reason", reason && `“${reason}”`);
    part(item, "reason").hidden = !reason;
    part(item, "button").removeAttribute("aria-label"); // its text is a sufficient label
  }
}
