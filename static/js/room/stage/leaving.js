/** Leaving on purpose. Who is on the stage is told first what it means; a host says who goes on, or ends it. */
import { cloneTemplate, dialog, part, write } from "../../lib/parts.js";
import { paintFace } from "../people/person.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

export class Leaving {
  #root;
  #room;
  #depart;

  /** @param {HTMLElement} root @param {Room} room @param {() => void} depart goes, and gives the place on the stage up */
  constructor(root, room, depart) {
    this.#root = root;
    this.#room = room;
    this.#depart = depart;
    room.paintWith(() => {
      if (dialog(root, "leave-sheet").open) this.#paintHeirs();
    });
  }

  /** @param {HTMLElement} button asks, or is the answer */
  leave(button) {
    const role = this.#room.role();
    if (!this.#room.may("speak") || "sure" in button.dataset) return this.#depart();
    if (role !== "host") return dialog(this.#root, "leave-stage").showModal();
    part(this.#root, "heirs").replaceChildren();
    this.#paintHeirs();
    dialog(this.#root, "leave-sheet").showModal();
  }

  /** @param {(heir: string) => Promise<void>} handOver the host's place to this key */
  async handOver(handOver) {
    const chosen = part(this.#root, "heirs").querySelector("input:checked");
    if (!(chosen instanceof HTMLInputElement)) return;
    await handOver(chosen.value);
    dialog(this.#root, "leave-sheet").close();
    this.#depart();
  }

  /** The choice that was made stays while co-hosts come and go. */
  #paintHeirs() {
    const cohosts = this.#room.state.stage.filter((seat) => seat.role === "cohost").map((seat) => seat.person);
    const list = part(this.#root, "heirs");
    const chosen = list.querySelector("input:checked")?.getAttribute("value") ?? "";
    list.replaceChildren(...cohosts.map((person) => this.#option(person)));
    const options = [...list.querySelectorAll("input")];
    const kept = options.find((option) => option.value === chosen) ?? options[0];
    if (kept) kept.checked = true;
    for (const name of ["heirs-row", "heirs-some", "hand-over"]) part(this.#root, name).hidden = cohosts.length === 0;
    part(this.#root, "heirs-none").hidden = cohosts.length > 0;
  }

  /** @param {Person} person */
  #option(person) {
    const option = cloneTemplate(this.#root, "heir");
    paintFace(part(option, "avatar"), person);
    write(option, "name", person.name);
    const radio = option.querySelector("input");
    if (radio) radio.setAttribute("value", person.id);
    return option;
  }
}
