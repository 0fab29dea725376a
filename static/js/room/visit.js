/**
 * A visit to one Space: the state, the socket and the call, which outlive the pages that show them. `root` is the
 * <space-room> that shows the visit, or the last one that did, since its templates are still used.
 */
import { isSnapshot, toState } from "./room-state.js";
import { BlockedWatch } from "./people/blocked.js";
import { Commands } from "./commands.js";
import { Notices } from "./notices/notices.js";
import { setText } from "../lib/parts.js";
import { Room } from "./room.js";
import { NO_REASON, Session } from "./session.js";

/**
 * @typedef {import("./session.js").Phase} Phase
 * @typedef {import("./session.js").Why} Why
 * @typedef {(phase: Phase, why: Why) => void} ShowPhase
 */
export class Visit {
  #life = new AbortController();
  /** @type {ShowPhase} */
  #show = () => undefined;
  /** Called when `root` was rendered. @type {() => void} */
  onRender = () => undefined;
  /** Announce a line to a person who looks at another page. @type {(line: string) => void} */
  announce = (line) => setText(document, "dock-announcement", line);

  /** @param {HTMLElement} root @param {(visit: Visit, phase: Phase, message: string) => void} onPhase */
  constructor(root, onPhase) {
    const { signal } = this.#life;
    this.root = root;
    this.room = new Room(toState(read(root, "snapshot")), read(root, "view-data"));
    this.notices = new Notices(this);
    this.commands = new Commands(this.room.view.urls.base, this, signal);
    /** Sends commands that do not belong to the Space. */
    this.site = new Commands("/", this, signal);
    this.session = new Session({
      container: this,
      room: this.room,
      notices: this.notices,
      commands: this.commands,
      signal,
      onPhase: (phase, why) => {
        this.#show(phase, why);
        onPhase(this, phase, why.message);
        this.blocked.update();
      },
    });
    this.blocked = new BlockedWatch({ room: this.room, notices: this.notices, inside: () => this.inside, announce: (line) => this.announce(line) });
  }

  get id() {
    return this.room.state.space.id;
  }

  /** The path of the Space's page. */
  get path() {
    return this.room.view.urls.base;
  }

  get inside() {
    return this.session.phase === "room";
  }

  /** Whether the visit is in progress while the page shows something else. */
  get docked() {
    return this.inside && !this.root.isConnected;
  }

  /** Show the visit on another page, which may contain newer data. @param {HTMLElement} root */
  moveTo(root) {
    if (root === this.root) return;
    this.root = root;
    this.room.view = read(root, "view-data");
    const snapshot = read(root, "snapshot");
    if (isSnapshot(snapshot) && snapshot.rev > this.room.state.rev) this.room.replace(snapshot);
    this.notices.redisplay();
    this.session.render();
  }

  /** @param {AbortSignal} signal aborts when the page is removed @param {(line: string) => void} announce */
  announceWith(signal, announce) {
    const previous = this.announce;
    this.announce = announce;
    signal.addEventListener("abort", () => {
      if (this.announce === announce) this.announce = previous;
    });
  }

  /** @param {AbortSignal} signal aborts when the page is removed @param {ShowPhase} show */
  showPhasesWith(signal, show) {
    this.#show = show;
    signal.addEventListener("abort", () => {
      if (this.#show === show) this.#show = () => undefined;
    });
    show(this.session.phase, NO_REASON);
  }

  /** End the visit and release everything. */
  close() {
    this.session.leave();
    this.#life.abort();
  }
}

/** @param {HTMLElement} root @param {string} id of a JSON script @returns {any} */
function read(root, id) {
  return JSON.parse(root.querySelector(`#${id}`)?.textContent ?? "null");
}
