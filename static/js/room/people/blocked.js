/**
 * People whom I blocked, on the stage: I am told when one comes up, and once more when they begin to
 * speak, until I say that I stay. The sound of a room is one mix for all: to leave is what is left.
 */
import { dialog, maybePart, part, write } from "../../lib/parts.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

const SEATED = 1;
const SPEAKING = 2;
/** @type {Record<number, "blocked-on-stage" | "blocked-speaking">} */
const NOTICES = { [SEATED]: "blocked-on-stage", [SPEAKING]: "blocked-speaking" };
const and = new Intl.ListFormat("en");

export class BlockedWatch {
  /** How far each has come since they are on the stage. @type {Map<string, number>} */
  #reached = new Map();
  /** How far I know of, and stay. @type {Map<string, number>} */
  #accepted = new Map();
  /** How far it was said. @type {Map<string, number>} */
  #said = new Map();
  #options;

  /**
   * @param {{room: Room, notices: import("../notices/notices.js").Notices, inside: () => boolean,
   *   tell: (line: string) => void}} options
   */
  constructor(options) {
    this.#options = options;
    options.room.paintWith(() => this.look());
  }

  /** I know of everyone who is there now, and stay. */
  accept() {
    for (const [key, level] of this.#levels()) this.#accepted.set(key, level);
    this.look();
  }

  look() {
    const { room, notices, inside, tell } = this.#options;
    const levels = this.#levels();
    for (const known of [this.#reached, this.#accepted, this.#said]) {
      for (const key of known.keys()) if (!levels.has(key)) known.delete(key);
    }
    for (const [key, level] of levels) this.#reached.set(key, level);
    if (!inside()) return notices.set("blocked", "");
    const news = [...levels].filter(([key, level]) => level > (this.#accepted.get(key) ?? 0));
    const most = Math.max(0, ...news.map(([, level]) => level));
    const who = names(room, news.filter(([, level]) => level === most).map(([key]) => key));
    notices.set("blocked", most ? NOTICES[most] : "", { "blocked-name": who });
    for (const [key, level] of news) {
      if (level <= (this.#said.get(key) ?? 0)) continue;
      this.#said.set(key, level);
      tell(`${names(room, [key])}, whom you blocked, ${level === SPEAKING ? "is speaking" : "is on the stage"}`);
    }
  }

  /** @returns {Map<string, number>} of everyone on the stage whom I blocked */
  #levels() {
    const { room } = this.#options;
    const talking = room.state.talking ?? [];
    return new Map(blockedOnStage(room).map(({ id }) => [id, talking.includes(id) ? SPEAKING : (this.#reached.get(id) ?? SEATED)]));
  }
}

/** The preview says who is there, and asks. @param {HTMLElement} root @param {Room} room */
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
 * Blocking from inside a room, asked first.
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
