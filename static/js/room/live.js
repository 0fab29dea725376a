/**
 * The visit in progress, at most one in this tab, which continues while pages change. A page attaches itself when it
 * shows that Space and detaches without ending the visit; meanwhile the dock shows it.
 */
import { Visit } from "./visit.js";

/**
 * @typedef {import("./session.js").Phase} Phase
 * @typedef {{visit: Visit, phase: Phase, message: string, out: boolean}} Change `out`: the person has just left it
 */
class Live {
  /** The visit in progress. @type {Visit | null} */
  visit = null;
  /** The visit that the page shows, in progress or not. @type {Visit | null} */
  shown = null;
  /** Whether the document is being unloaded. */
  going = false;
  /** Asks whether to leave the stage of one Space for another. @type {(from: Visit, to: Visit) => Promise<boolean>} */
  ask = () => Promise.resolve(true);
  /** @type {((change: Change) => void)[]} */
  #followers = [];

  /** @param {(change: Change) => void} follower called for every phase, and when a page attaches or detaches */
  follow(follower) {
    this.#followers.push(follower);
  }

  /** @param {HTMLElement} root a <space-room> that was added to the page @returns {Visit} */
  attach(root) {
    const going = this.visit?.id === root.dataset.space ? this.visit : null;
    const visit = (this.shown = going ?? this.#visit(root));
    visit.moveTo(root);
    this.#tell(visit);
    return visit;
  }

  /** @param {Visit} visit @param {HTMLElement} root was removed from the page */
  part(visit, root) {
    if (visit.root !== root) return; // another page has attached already
    if (this.shown === visit) this.shown = null;
    if (!visit.inside) visit.close();
    this.#tell(visit);
  }

  /** Enter a Space, and leave any other one. Call it in a tap handler if possible. @param {Visit} visit */
  async enter(visit) {
    const other = this.visit;
    if (other && other !== visit) {
      if (other.room.may("speak") && !(await this.ask(other, visit))) {
        if (!visit.root.isConnected) visit.close();
        return;
      }
      other.session.depart();
    }
    visit.session.enter();
  }

  /** Enter a Space that the page does not show. @param {HTMLElement} root the <space-room> of a page that was fetched */
  enterDocked(root) {
    return this.enter(this.#visit(root));
  }

  leave() {
    this.visit?.session.leave();
  }

  /** @param {HTMLElement} root */
  #visit(root) {
    return new Visit(root, (visit, phase, message) => this.#changed(visit, phase, message));
  }

  /** @param {Visit} visit @param {Phase} phase @param {string} message */
  #changed(visit, phase, message) {
    const out = this.visit === visit && phase !== "room";
    if (phase === "room") this.visit = visit;
    else if (out) this.visit = null;
    this.#tell(visit, message, out);
    if (out && !visit.root.isConnected) visit.close();
  }

  /** @param {Visit} visit */
  #tell(visit, message = "", out = false) {
    const { phase } = visit.session;
    for (const follower of this.#followers) follower({ visit, phase, message, out });
  }
}

export const live = new Live();

/** The visit to resume if the document is restored from the back/forward cache. @type {Visit | null} */
let left = null;
window.addEventListener("pagehide", () => {
  live.going = true;
  left = live.visit;
  live.leave();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) live.visit?.session.comeBack();
});
window.addEventListener("pageshow", (event) => {
  live.going = false;
  if (event.persisted && left?.root.isConnected) void live.enter(left);
});
