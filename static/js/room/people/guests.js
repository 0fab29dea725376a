/** Guests, who listen without an account: their number for everyone, and for hosts a list to remove them from. */
import { CommandError } from "../commands.js";
import { cloneTemplate, dialog, part, setData, write } from "../../lib/parts.js";
import { paintFace, paintPeople } from "./person.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 */
export class Guests {
  /** @type {Person[]} */
  #guests = [];
  #known = -1; // how many guests there were when the list was fetched
  #root;
  #room;
  #fetchGuests;

  /** @param {HTMLElement} root @param {Room} room @param {() => Promise<{guests: Person[]}>} fetchGuests */
  constructor(root, room, fetchGuests) {
    this.#root = root;
    this.#room = room;
    this.#fetchGuests = fetchGuests;
    room.paintWith(() => this.#paint());
    room.onEvent((event) => {
      if (event.t === "removed") void this.refresh();
    });
  }

  /** @param {string} key */
  person(key) {
    return this.#guests.find((guest) => guest.id === key);
  }

  /** Fetch the guests again. Only hosts receive the list, so it is not in the room's state. */
  async refresh() {
    this.#known = this.#room.state.audience.guests;
    if (!this.#room.may("remove")) return;
    this.#guests = (await this.#fetchGuests().catch(() => ({ guests: this.#guests }))).guests;
    paintPeople(part(this.#root, "guests-list"), this.#guests, {
      create: () => cloneTemplate(this.#root, "guest"),
      paint: (item, person) => {
        setData(item, "person", person.id);
        paintFace(part(item, "avatar"), person);
        write(item, "name", person.name);
      },
    });
  }

  #paint() {
    const { guests } = this.#room.state.audience;
    part(this.#root, "guests-section").hidden = guests === 0;
    if (guests !== this.#known && dialog(this.#root, "people-sheet").open) void this.refresh();
  }
}

/**
 * After the removal of a person who could come back as a guest, offer to require an account.
 * @param {Room} room @param {Person} removed
 * @param {{notices: import("../notices/notices.js").Notices, commands: import("../commands.js").Commands}} context
 */
export function offerToCloseToGuests(room, removed, { notices, commands }) {
  if (!room.state.space.open_to_guests || !room.may("edit_details")) return;
  const close = async () => {
    try {
      await commands.post("open-to-guests/", [["open", "false"]]);
      notices.toast("Only people with an account can listen now.");
    } catch (error) {
      notices.complain(error);
    }
  };
  const words = `${removed.name} was removed. They can come back as a new guest in 10 minutes, or from another network. If you require an account, all guests are disconnected.`;
  notices.offer(words, "Only people with an account from now on", close);
}

/** Refusals that the page explains, with a next step, when it is reloaded. */
const SAID_BY_PAGE = ["cool_down", "removed", "blocked", "suspended", "signed_out", "not_live"];

/**
 * Register this browser as a guest on the server, and enter.
 * @param {{room: Room, session: import("../session.js").Session, commands: import("../commands.js").Commands,
 *   enter: () => unknown}} context
 */
export async function enterAsGuest({ room, session, commands, enter }) {
  session.sound.unlock(); // in the tap handler: browsers require this
  try {
    const { me } = await commands.ask("guest/");
    room.view = { ...room.view, me };
  } catch (error) {
    if (!(error instanceof CommandError && SAID_BY_PAGE.includes(error.code))) throw error;
    location.reload();
    return;
  }
  room.replace(await commands.get("snapshot/")); // a stranger's page contains only the outline
  await enter();
}
