/**
 * Blocked people on the stage: warn when one joins the stage, and again when they begin to speak, until the person
 * chooses to stay. The room's sound is one mix for everyone, so the only alternative is to leave.
 */
import { dialog, maybePart, part, write } from "../../lib/parts.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

const SEATED = 1;
const SPEAKING = 2;
/** @type {Record<number, "blocked-on-stage" | "blocked-speaking">} */
const NOTICES = { [SEATED]: "blocked-on-stage", [SPEAKING]: "blocked-speaking" };
const and = new Intl.ListFormat("en");

export class BlockedWatch {
  /** The highest level of each since they joined the stage. @type {Map<string, number>} */
  #reached = new Map();
  /** The level up to which the person chose to stay. @type {Map<string, number>} */
  #accepted = new Map();
  /** The level up to which it was announced. @type {Map<string, number>} */
  #announced = new Map();
  #options;

  /**
   * @param {{room: Room, notices: import("../notices/notices.js").Notices, inside: () => boolean,
   *   announce: (line: string) => void}} options
   */
  constructor(options) {
    this.#options = options;
    options.room.paintWith(() => this.update());
  }

  /** The person stays with everyone who is on the stage now. */
  accept() {
    for (const [key, level] of this.#levels()) this.#accepted.set(key, level);
    this.update();
  }

  update() {
    const { room, notices, inside, announce } = this.#options;
    const levels = this.#levels();
    for (const known of [this.#reached, this.#accepted, this.#announced]) {
      for (const key of known.keys()) if (!levels.has(key)) known.delete(key);
    }
    for (const [key, level] of levels) this.#reached.set(key, level);
    if (!inside()) return notices.set("blocked", "");
    const news = [...levels].filter(([key, level]) => level > (this.#accepted.get(key) ?? 0));
    const most = Math.max(0, ...news.map(([, level]) => level));
    const who = names(room, news.filter(([, level]) => level === most).map(([key]) => key));
    notices.set("blocked", most ? NOTICES[most] : "", { "blocked-name": who });
    for (const [key, level] of news) {
      if (level <= (this.#announced.get(key) ?? 0)) continue;
      this.#announced.set(key, level);
      announce(`${names(room, [key])}, whom you blocked, ${level === SPEAKING ? "is speaking" : "is on the stage"}`);
    }
  }

  /** @returns {Map<string, number>} the level of every blocked person on the stage */
  #levels() {
    const { room } = this.#options;
    const talking = room.state.talking ?? [];
    return new Map(blockedOnStage(room).map(({ id }) => [id, talking.includes(id) ? SPEAKING : (this.#reached.get(id) ?? SEATED)]));
  }
}

/** The preview names blocked people on the stage and offers not to enter. @param {HTMLElement} root @param {Room} room */
export function paintBlockedOnPreview(root, room) {
  const note = maybePart(root, "preview-blocked");
  if (!note) return;
  const people = blockedOnStage(room);
  note.hidden = part(root, "not-now").hidden = people.length === 0;
  write(note, "preview-blocked-names", and.format(people.map(({ name }) => name)));
}

/** @param {Room} room @returns {Person[]} */
export function blockedOnStage(room) {
  return room.stage.map((seat) => seat.person).filter(({ id }) => room.blocks(id));
}

/**
 * The acts that block and unblock a person from inside a room, after confirmation.
 * @param {HTMLElement} root @param {Room} room
 * @param {{post: (path: string) => Promise<void>, watch: BlockedWatch, toast: (text: string) => void, personOf: () => Person | null}} options
 * @returns {Record<"ask" | "block" | "unblock", () => unknown>}
 */
export function blockingOf(root, room, { post, watch, toast, personOf }) {
  /** @type {Person | null} */
  let asked = null;
  return {
    ask: () => {
      asked = personOf();
      if (!asked) return;
      write(root, "block-name", asked.name);
      dialog(root, "block-sheet").showModal();
    },
    block: async () => {
      if (!asked) return;
      await post(`@${asked.handle}/block/`);
      room.block(asked.id, true);
      watch.accept();
      dialog(root, "block-sheet").close();
      toast(`You blocked ${asked.name}.`);
    },
    unblock: async () => {
      const person = personOf();
      if (!person) return;
      await post(`@${person.handle}/unblock/`);
      room.block(person.id, false);
      toast(`You unblocked ${person.name}.`);
    },
  };
}

/** @param {Room} room @param {string[]} keys */
function names(room, keys) {
  return and.format(keys.map((key) => room.person(key)?.name ?? "Someone"));
}
