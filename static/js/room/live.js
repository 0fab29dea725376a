/**
 * The visit in progress, at most one in this tab. It continues while pages change: the page of that Space attaches
 * itself to the visit, and detaches without ending it. While no page is attached, the dock shows the visit.
 */
import { Visit } from "./visit.js";

/**
 * @typedef {import("./session.js").Phase} Phase
 * @typedef {{visit: Visit, phase: Phase, message: string, out: boolean}} Change `out`: the visit just ended: the person left, was refused, or the Space ended
 */
class Live {
  /** The visit in progress. @type {Visit | null} */
  visit = null;
  /** The visit that the page shows, in progress or not. @type {Visit | null} */
  shown = null;
  /** Whether the document is being unloaded. */
  unloading = false;
  /** Asks whether to leave the stage of one Space for another. @type {(from: Visit, to: Visit) => Promise<boolean>} */
  askToSwitch = () => Promise.resolve(true);
  /** @type {((change: Change) => void)[]} */
  #subscribers = [];

  /** @param {(change: Change) => void} subscriber called when the phase changes, and when a page attaches or detaches */
  subscribe(subscriber) {
    this.#subscribers.push(subscriber);
  }

  /** @param {HTMLElement} root a <space-room> that was added to the page @returns {Visit} */
  attach(root) {
    const current = this.visit?.id === root.dataset.space ? this.visit : null;
    const visit = (this.shown = current ?? this.#createVisit(root));
    visit.moveTo(root);
    this.#notify(visit);
    return visit;
  }

  /** @param {Visit} visit @param {HTMLElement} root that was removed from the page */
  detach(visit, root) {
    if (visit.root !== root) return; // another page is attached already
    if (this.shown === visit) this.shown = null;
    if (!visit.inside) visit.close();
    this.#notify(visit);
  }

  /**
   * Enter a Space, and leave any other. Call this in a tap handler if possible, since browsers allow sound to start there.
   * @param {Visit} visit
   */
  async enter(visit) {
    const other = this.visit;
    if (other && other !== visit) {
      if (other.room.may("speak") && !(await this.askToSwitch(other, visit))) {
        if (!visit.root.isConnected) visit.close();
        return;
      }
      other.session.leaveForGood();
    }
    visit.session.enter();
  }

  /** Enter a Space that the page does not show. @param {HTMLElement} root the <space-room> of a page that was fetched */
  enterDocked(root) {
    return this.enter(this.#createVisit(root));
  }

  leave() {
    this.visit?.session.leave();
  }

  /** @param {HTMLElement} root */
  #createVisit(root) {
    return new Visit(root, (visit, phase, message) => this.#changed(visit, phase, message));
  }

  /** @param {Visit} visit @param {Phase} phase @param {string} message */
  #changed(visit, phase, message) {
    const out = this.visit === visit && phase !== "room";
    if (phase === "room") this.visit = visit;
    else if (out) this.visit = null;
    this.#notify(visit, message, out);
    if (out && !visit.root.isConnected) visit.close();
  }

  /** @param {Visit} visit */
  #notify(visit, message = "", out = false) {
    const { phase } = visit.session;
    for (const subscriber of this.#subscribers) subscriber({ visit, phase, message, out });
  }
}

export const live = new Live();

/** The visit to resume if the document is restored from the back/forward cache. @type {Visit | null} */
let visitToResume = null;
window.addEventListener("pagehide", () => {
  live.unloading = true;
  visitToResume = live.visit;
  live.leave();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) live.visit?.session.pageVisible();
});
window.addEventListener("pageshow", (event) => {
  live.unloading = false;
  if (event.persisted && visitToResume?.root.isConnected) void live.enter(visitToResume);
});
