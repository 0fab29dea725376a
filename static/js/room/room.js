/** The room as this page knows it: the state, who looks at it, and what they may do. */
import { isAccount } from "../lib/person-keys.js";
import { apply } from "./room-state.js";

/**
 * @typedef {import("./room-state.js").RoomState} RoomState
 * @typedef {import("./room-state.js").RoomEvent} RoomEvent
 * @typedef {import("./room-state.js").Person} Person
 * @typedef {import("./room-state.js").Role} Role
 * @typedef {{me: Person | null, may: Record<Role, string[]>, message_length: number,
 *   may_not_ask: string, blocked: string[], urls: {base: string, socket: string, sign_in: string}}} ViewData
 */
/** @type {Role[]} */
const RANKS = ["host", "cohost", "speaker"];

export class Room {
  /** @type {((room: Room) => void)[]} */
  #painters = [];
  /** @type {((event: RoomEvent, before: RoomState) => void)[]} */
  #listeners = [];
  #painting = false;
  /** @type {AbortSignal | null} */
  #during = null;

  /** @param {RoomState} state @param {ViewData} view */
  constructor(state, view) {
    this.state = state;
    this.view = view;
  }

  /** My key, or "" for a stranger. */
  get me() {
    return this.view.me?.id ?? "";
  }

  get ended() {
    return this.state.space.state === "ended";
  }

  /** @param {RoomEvent} event an event that is next in order, or ephemeral */
  take(event) {
    const before = this.state;
    this.state = apply(before, event);
    if (this.state !== before) this.#repaint();
    for (const listener of this.#listeners) listener(event, before);
  }

  /** @param {RoomState} snapshot a newer whole; who talks is not in it and stays */
  replace(snapshot) {
    this.state = { ...snapshot, talking: this.state.talking ?? [] };
    this.#repaint();
  }

  /** Painters and listeners that `work` adds go when `signal` aborts: the room outlives its pages.
   * @param {AbortSignal} signal @param {() => void} work */
  during(signal, work) {
    this.#during = signal;
    try {
      work();
    } finally {
      this.#during = null;
    }
  }

  /** @param {(room: Room) => void} painter called at once, and after every change */
  paintWith(painter) {
    this.#painters.push(painter);
    this.#during?.addEventListener("abort", () => (this.#painters = this.#painters.filter((each) => each !== painter)));
    painter(this);
  }

  /** @param {(event: RoomEvent, before: RoomState) => void} listener */
  onEvent(listener) {
    this.#listeners.push(listener);
    this.#during?.addEventListener("abort", () => (this.#listeners = this.#listeners.filter((each) => each !== listener)));
  }

  /** Who is on it, the host first, then co-hosts; within a role in order of arrival. */
  get stage() {
    return [...this.state.stage].sort((a, b) => RANKS.indexOf(a.role) - RANKS.indexOf(b.role));
  }

  /** @param {string} key */
  seat(key) {
    return this.state.stage.find((seat) => seat.person.id === key);
  }

  /** @param {string} key @returns {Role} */
  role(key = this.me) {
    return this.seat(key)?.role ?? (isAccount(key) ? "listener" : "guest");
  }

  /** @param {string} act a right of spaces/permissions.py; the server decides in any case */
  may(act) {
    return this.view.may[this.role()].includes(act);
  }

  /** @param {string} key whether I blocked this person */
  blocks(key) {
    return this.view.blocked.includes(key);
  }

  /** What the server has just heard of me. @param {string} key @param {boolean} blocked */
  block(key, blocked) {
    const others = this.view.blocked.filter((each) => each !== key);
    this.blockOnly(blocked ? [...others, key] : others);
  }

  /** @param {string[]} keys everyone whom I block now */
  blockOnly(keys) {
    this.view = { ...this.view, blocked: keys };
    this.#repaint();
  }

  /** @param {string} key */
  invitation(key = this.me) {
    return this.state.invited.find((each) => each.person.id === key);
  }

  /** @param {string} key whether they stand in line to speak */
  asks(key) {
    return this.state.requests.some((each) => each.person.id === key);
  }

  /** @param {string} key @returns {Person | undefined} anybody whom the room has named */
  person(key) {
    const { stage, invited, requests, messages, audience } = this.state;
    const named = [...stage, ...invited, ...requests, ...messages].find((each) => each.person.id === key);
    return named?.person ?? audience.people.find((each) => each.id === key);
  }

  /** Several events of one task paint once. */
  #repaint() {
    if (this.#painting) return;
    this.#painting = true;
    queueMicrotask(() => {
      this.#painting = false;
      for (const painter of this.#painters) painter(this);
    });
  }
}
