/**
 * Blocked people on the stage: warn the viewer when one joins the stage, and again when they begin to speak, until the
 * viewer chooses to stay. The room's sound is one mix for everyone, so the only alternative is to leave.
 */
import { dialog, maybePart, part, setText } from "../../lib/parts.js";

/** @typedef {import("../room.js").Room} Room @typedef {import("../room-state.js").Person} Person */

const SEATED = 1;
const SPEAKING = 2;
/** @type {Record<number, "blocked-on-stage" | "blocked-speaking">} */
const NOTICES = { [SEATED]: "blocked-on-stage", [SPEAKING]: "blocked-speaking" };
const and = new Intl.ListFormat("en");

export class BlockedWatch {
  /** The highest level of each blocked person since they joined the stage. @type {Map<string, number>} */
  #reached = new Map();
  /** The level up to which the viewer chose to stay. @type {Map<string, number>} */
  #accepted = new Map();
  /** The level that was announced last. @type {Map<string, number>} */
  #announced = new Map();
  #options;

  /**
   * @param {{room: Room, notices: import("../notices/notices.js").Notices, inside: () => boolean,
   *   announce: (line: string) => void}} options
   */
  constructor(options) {
    this.#options = options;
    options.room.renderWith(() => this.update());
  }

  /** Stop warning about the people who are on the stage now, because the viewer chose to stay. */
  stayAnyway() {
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
    const unaccepted = [...levels].filter(([key, level]) => level > (this.#accepted.get(key) ?? 0));
    const highest = Math.max(0, ...unaccepted.map(([, level]) => level));
    const named = names(room, unaccepted.filter(([, level]) => level === highest).map(([key]) => key));
    notices.set("blocked", highest ? NOTICES[highest] : "", { "blocked-name": named });
    for (const [key, level] of unaccepted) {
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

/** On the preview, name blocked people on the stage and offer not to enter. @param {HTMLElement} root @param {Room} room */
export function renderBlockedOnPreview(root, room) {
  const note = maybePart(root, "preview-blocked");
  if (!note) return;
  const people = blockedOnStage(room);
  note.hidden = part(root, "not-now").hidden = people.length === 0;
  setText(note, "preview-blocked-names", and.format(people.map(({ name }) => name)));
}

/** @param {Room} room @returns {Person[]} */
export function blockedOnStage(room) {
  return room.stage.map((seat) => seat.person).filter(({ id }) => room.blocks(id));
}

/**
 * The handlers of the buttons that block a person, after confirmation, and unblock a person.
 * @param {HTMLElement} root @param {Room} room
 * @param {{post: (path: string) => Promise<void>, watch: BlockedWatch, toast: (text: string) => void, personOf: () => Person | null}} options
 * @returns {Record<"ask" | "block" | "unblock", () => unknown>}
 */
export function blockingOf(root, room, { post, watch, toast, personOf }) {
  /** @type {Person | null} */
  let toBlock = null;
  return {
    ask: () => {
      toBlock = personOf();
      if (!toBlock) return;
      setText(root, "block-name", toBlock.name);
      dialog(root, "block-sheet").showModal();
    },
    block: async () => {
      if (!toBlock) return;
      await post(`@${toBlock.handle}/block/`);
      room.block(toBlock.id, true);
      watch.stayAnyway();
      dialog(root, "block-sheet").close();
      toast(`You blocked ${toBlock.name}.`);
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
