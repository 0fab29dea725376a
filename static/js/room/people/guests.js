/** Guests, who listen without an account: everyone sees their number, and hosts see a list with buttons to remove them. */
import { CommandError } from "../commands.js";
import { cloneTemplate, dialog, part, setData, setText } from "../../lib/parts.js";
import { renderFace, renderPeople } from "./person.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Person} Person
 */
export class Guests {
  /** @type {Person[]} */
  #guests = [];
  #known = -1; // the number of guests when the list was fetched
  #root;
  #room;
  #fetchGuests;

  /** @param {HTMLElement} root @param {Room} room @param {() => Promise<{guests: Person[]}>} fetchGuests */
  constructor(root, room, fetchGuests) {
    this.#root = root;
    this.#room = room;
    this.#fetchGuests = fetchGuests;
    room.renderWith(() => this.#render());
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
    renderPeople(part(this.#root, "guests-list"), this.#guests, {
      create: () => cloneTemplate(this.#root, "guest"),
      render: (item, person) => {
        setData(item, "person", person.id);
        renderFace(part(item, "avatar"), person);
        setText(item, "name", person.name);
      },
    });
  }

  #render() {
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
      notices.showError(error);
    }
  };
  const message = `${removed.name} was removed. They can come back as a new guest in 10 minutes, or from another network. `
    + "If you require an account, all guests are disconnected.";
  notices.offer(message, "Require an account from now on", close);
}

/** Refusals that the page explains after a reload, with a next step. */
const EXPLAINED_BY_PAGE = ["cool_down", "removed", "blocked", "suspended", "signed_out", "not_live"];

/**
 * Register this browser as a guest on the server, and enter.
 * @param {{room: Room, session: import("../session.js").Session, commands: import("../commands.js").Commands,
 *   enter: () => unknown}} context
 */
export async function enterAsGuest({ room, session, commands, enter }) {
  session.sound.unlock(); // browsers allow sound only if it starts in the tap handler
  try {
    const { me } = await commands.postForJson("guest/");
    room.view = { ...room.view, me };
  } catch (error) {
    if (!(error instanceof CommandError && EXPLAINED_BY_PAGE.includes(error.code))) throw error;
    location.reload();
    return;
  }
  room.replace(await commands.get("snapshot/")); // a stranger's page contains only the outline
  await enter();
}
