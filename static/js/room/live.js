/**
 * The visit that goes on while pages come and go: at most one in this tab, and no swap unloads it.
 * A page attaches when it shows that Space, and parts without hanging up; the dock shows it meanwhile.
 */
import { Visit } from "./visit.js";

/**
 * @typedef {import("./session.js").Phase} Phase
 * @typedef {{visit: Visit, phase: Phase, message: string, out: boolean}} Change `out`: one has just left it
 */
class Live {
  /** Who is inside a Space. @type {Visit | null} */
  visit = null;
  /** What the page shows, inside or not. @type {Visit | null} */
  shown = null;
  /** The page itself goes. */
  going = false;
  /** Whether the stage of one Space may be left for another. @type {(from: Visit, to: Visit) => Promise<boolean>} */
  ask = () => Promise.resolve(true);
  /** @type {((change: Change) => void)[]} */
  #followers = [];

  /** @param {(change: Change) => void} follower told of every phase, and when pages attach and part */
  follow(follower) {
    this.#followers.push(follower);
  }

  /** @param {HTMLElement} root a <space-room> that came to the page @returns {Visit} */
  attach(root) {
    const going = this.visit?.id === root.dataset.space ? this.visit : null;
    const visit = (this.shown = going ?? this.#visit(root));
    visit.moveTo(root);
    this.#tell(visit);
    return visit;
  }

  /** @param {Visit} visit @param {HTMLElement} root which left the page */
  part(visit, root) {
    if (visit.root !== root) return; // another page has attached already
    if (this.shown === visit) this.shown = null;
    if (!visit.inside) visit.close();
    this.#tell(visit);
  }

  /** Go in, out of any other Space. To be called in a tap where there is one. @param {Visit} visit */
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

  /** Go in without a page that shows it. @param {HTMLElement} root the <space-room> of a page that was fetched */
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

/** What goes on when the page itself goes, or comes back from the browser's cache. @type {Visit | null} */
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
