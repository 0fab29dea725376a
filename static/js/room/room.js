/** The room on this page: its state, its viewer, and what the viewer may do. */
import { isAccount } from "../lib/person-keys.js";
import { serverNow } from "../lib/server-clock.js";
import { apply } from "./room-state.js";

/**
 * @typedef {import("./room-state.js").RoomState} RoomState
 * @typedef {import("./room-state.js").RoomEvent} RoomEvent
 * @typedef {import("./room-state.js").Person} Person
 * @typedef {import("./room-state.js").Role} Role
 * @typedef {{me: Person | null, may: Record<Role, string[]>, message_length: number,
 *   may_not_ask: string, blocked: string[], hls_from: number, urls: {base: string, socket: string, sign_in: string, hls_library: string}}} ViewData
 */
/** @type {Role[]} */
const RANKS = ["host", "cohost", "speaker"];
const AWAY_AFTER = 5_000; // ms; a reload takes a second or two

export class Room {
  /** @type {((room: Room) => void)[]} */
  #renderers = [];
  /** @type {((event: RoomEvent, before: RoomState) => void)[]} */
  #listeners = [];
  /** @type {(() => void)[]} */
  #replaceListeners = [];
  #isScheduled = false;
  /** @type {AbortSignal | null} */
  #during = null;

  /** @param {RoomState} state @param {ViewData} view */
  constructor(state, view) {
    this.state = state;
    this.view = view;
  }

  /** The viewer's person key, or "" for a stranger. */
  get me() {
    return this.view.me?.id ?? "";
  }

  get ended() {
    return this.state.space.state === "ended";
  }

  /** @param {RoomEvent} event the next durable event, or an ephemeral one */
  receive(event) {
    const before = this.state;
    this.state = apply(before, event);
    if (this.state !== before) this.#scheduleRender();
    for (const listener of this.#listeners) listener(event, before);
  }

  /** @param {RoomState} snapshot a newer state; it does not contain who is talking, so that is kept */
  replace(snapshot) {
    this.state = { ...snapshot, talking: this.state.talking ?? [] };
    for (const listener of this.#replaceListeners) listener();
    this.#scheduleRender();
  }

  /** Forget the interim captions, because the events that would replace them may not arrive. */
  dropInterims() {
    this.state = { ...this.state, interims: {} };
    this.#scheduleRender();
  }

  /**
   * When `signal` aborts, remove the renderers and listeners that `work` adds, since the room outlives its pages.
   * @param {AbortSignal} signal @param {() => void} work */
  during(signal, work) {
    this.#during = signal;
    try {
      work();
    } finally {
      this.#during = null;
    }
  }

  /** Render again, because something outside the state has changed. */
  changed() {
    this.#scheduleRender();
  }

  /** @param {(room: Room) => void} renderer called now and after every change */
  renderWith(renderer) {
    this.#renderers.push(renderer);
    this.#during?.addEventListener("abort", () => (this.#renderers = this.#renderers.filter((each) => each !== renderer)));
    renderer(this);
  }

  /** @param {(event: RoomEvent, before: RoomState) => void} listener */
  onEvent(listener) {
    this.#listeners.push(listener);
    this.#during?.addEventListener("abort", () => (this.#listeners = this.#listeners.filter((each) => each !== listener)));
  }

  /** @param {() => void} listener called when a snapshot has replaced the state, since events were missed */
  onReplace(listener) {
    this.#replaceListeners.push(listener);
    this.#during?.addEventListener("abort", () => (this.#replaceListeners = this.#replaceListeners.filter((each) => each !== listener)));
  }

  /** The seats: the host, co-hosts, speakers; within a role, in the order of arrival. */
  get stage() {
    return [...this.state.stage].sort((a, b) => RANKS.indexOf(a.role) - RANKS.indexOf(b.role));
  }

  /** @param {string} key */
  seat(key) {
    return this.state.stage.find((seat) => seat.person.id === key);
  }

  /** Return true if this person on the stage has been without a connection for longer than a reload takes. @param {string} key */
  isAway(key) {
    const { host, host_away_ends_at: end } = this.state.space;
    return key === host ? Boolean(end) : this.countsAsAwayIn(key) <= 0;
  }

  /** In how many milliseconds this person counts as away; Infinity if they are connected. @param {string} key */
  countsAsAwayIn(key) {
    const since = this.seat(key)?.away_since;
    return since ? Date.parse(since) + AWAY_AFTER - serverNow() : Infinity;
  }

  /** @param {string} key @returns {Role} */
  role(key = this.me) {
    return this.seat(key)?.role ?? (isAccount(key) ? "listener" : "guest");
  }

  /** @param {string} act as in spaces/permissions.py; the server checks the permission, too */
  may(act) {
    return this.view.may[this.role()].includes(act);
  }

  /** Return true if the viewer blocks this person. @param {string} key */
  blocks(key) {
    return this.view.blocked.includes(key);
  }

  /** Note that the server has just blocked or unblocked a person for the viewer. @param {string} key @param {boolean} blocked */
  block(key, blocked) {
    const others = this.view.blocked.filter((each) => each !== key);
    this.blockOnly(blocked ? [...others, key] : others);
  }

  /** @param {string[]} keys of everyone whom the viewer blocks now */
  blockOnly(keys) {
    this.view = { ...this.view, blocked: keys };
    this.#scheduleRender();
  }

  /** Return true if this person has chosen to be captioned. @param {string} key */
  isCaptioned(key) {
    return this.state.captions.voices.some((voice) => voice.who === key);
  }

  /** @param {string} key */
  invitation(key = this.me) {
    return this.state.invited.find((each) => each.person.id === key);
  }

  /** Return true if this person has asked to speak. @param {string} key */
  hasRequested(key) {
    return this.state.requests.some((each) => each.person.id === key);
  }

  /** @param {string} key @returns {Person | undefined} a person on the stage, invited, asking to speak, writing in the chat or listening */
  person(key) {
    const { stage, invited, requests, messages, audience } = this.state;
    const named = [...stage, ...invited, ...requests, ...messages].find((each) => each.person.id === key);
    return named?.person ?? audience.people.find((each) => each.id === key);
  }

  /** Render once for all events of a task. */
  #scheduleRender() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const renderer of this.#renderers) renderer(this);
    });
  }
}
