/** Leave on purpose. People on the stage confirm that they leave; a host chooses a successor or ends the Space. */
import { cloneTemplate, dialog, part, setText } from "../../lib/parts.js";
import { renderFace } from "../people/person.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

export class Leaving {
  #root;
  #room;
  #depart;
  #handsOver = false; // this tab has asked the server to hand over

  /** @param {HTMLElement} root @param {Room} room @param {() => void} depart leaves and gives up the seat on the stage */
  constructor(root, room, depart) {
    this.#root = root;
    this.#room = room;
    this.#depart = depart;
    room.onEvent((event) => {
      if (this.#handsOver && event.t === "host_changed" && event.was === room.me) this.#finish();
    });
    room.renderWith(() => {
      if (dialog(root, "leave-sheet").open) this.#renderSuccessors();
    });
  }

  /** @param {HTMLElement} button that asks to leave, or that confirms it */
  leave(button) {
    const role = this.#room.role();
    if (!this.#room.may("speak") || "sure" in button.dataset) return this.#depart();
    if (role !== "host") return dialog(this.#root, "leave-stage").showModal();
    part(this.#root, "successors").replaceChildren();
    this.#renderSuccessors();
    dialog(this.#root, "leave-sheet").showModal();
  }

  /**
   * Leave as soon as the room has a new host: the event may arrive before the response to the command.
   * @param {HTMLElement} button @param {(successor: string) => Promise<void>} handOver makes the person with this key the host
   */
  async handOver(button, handOver) {
    const chosen = part(this.#root, "successors").querySelector("input:checked");
    if (!(chosen instanceof HTMLInputElement) || this.#handsOver) return;
    this.#handsOver = true;
    button.setAttribute("aria-busy", "true");
    try {
      await handOver(chosen.value);
      this.#finish();
    } catch (error) {
      if (this.#handsOver) throw error; // otherwise the event has arrived, although the response has not
    } finally {
      this.#handsOver = false;
      button.removeAttribute("aria-busy");
    }
  }

  /** Leave once, after the event or the response, whichever arrives first. */
  #finish() {
    if (!this.#handsOver) return;
    this.#handsOver = false;
    dialog(this.#root, "leave-sheet").close();
    this.#depart();
  }

  /** Keep the selection while the list of co-hosts changes. */
  #renderSuccessors() {
    const cohosts = this.#room.state.stage.filter((seat) => seat.role === "cohost").map((seat) => seat.person);
    const list = part(this.#root, "successors");
    const chosen = list.querySelector("input:checked")?.getAttribute("value") ?? "";
    list.replaceChildren(...cohosts.map((person) => this.#option(person)));
    const options = [...list.querySelectorAll("input")];
    const kept = options.find((option) => option.value === chosen) ?? options[0];
    if (kept) kept.checked = true;
    for (const name of ["successors-row", "has-cohosts", "hand-over"]) part(this.#root, name).hidden = cohosts.length === 0;
    part(this.#root, "no-cohosts").hidden = cohosts.length > 0;
  }

  /** @param {Person} person */
  #option(person) {
    const option = cloneTemplate(this.#root, "successor");
    renderFace(part(option, "avatar"), person);
    setText(option, "name", person.name);
    const radio = option.querySelector("input");
    if (radio) radio.setAttribute("value", person.id);
    return option;
  }
}
