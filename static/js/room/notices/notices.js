/**
 * What happened and what to do next. A banner stays while its reason lasts, the most urgent one
 * shows; a toast is gone after a moment. The words stand in templates/spaces/room/_notices.html.
 */
import { part, write } from "../../lib/parts.js";
import { offer, toast } from "../../lib/toast.js";

/** Reasons in the order of urgency. @typedef {"support" | "socket" | "playback" | "call" | "microphone" | "update" | "host" | "blocked" | "pace" | "talk" | "lock" | "muted" | "music"} Reason */
/** @type {Reason[]} */
const ORDER = ["support", "socket", "playback", "call", "microphone", "update", "host", "blocked", "pace", "talk", "lock", "muted", "music"];

export class Notices {
  /** @type {Map<Reason, string>} */
  #codes = new Map();
  /** What stands in a notice's own parts, by code. @type {Map<string, Record<string, string>>} */
  #words = new Map();
  #shown = "";
  #place;

  /** @param {import("../../lib/parts.js").Place} place whose page holds the words and the banner */
  constructor(place) {
    this.#place = place;
  }

  /** What shows now, "" for nothing. */
  get shown() {
    return this.#shown;
  }

  /** Another page shows the room: say it there. */
  repaint() {
    this.#shown = "";
    part(this.#place.root, "banner").hidden = true;
    this.#paint();
  }

  /**
   * @param {Reason} reason @param {string} code a data-notice, or "" when the reason is gone
   * @param {Record<string, string>} words of the notice's own parts
   */
  set(reason, code, words = {}) {
    this.#codes.set(reason, code);
    this.#words.set(code, words);
    this.#paint();
  }

  dismiss() {
    for (const reason of ORDER) if (this.#codes.get(reason) === this.#shown) this.#codes.set(reason, "");
    this.#paint();
  }

  /** @param {string} text */
  toast(text) {
    toast(this.#place.root, text);
  }

  /** A toast with a button. @param {string} text @param {string} label @param {() => unknown} act */
  offer(text, label, act) {
    offer(this.#place.root, text, label, act);
  }

  /** What a refused command says. @param {unknown} error */
  complain(error) {
    if (error instanceof Error && error.message) this.toast(error.message);
  }

  #paint() {
    const code = ORDER.map((reason) => this.#codes.get(reason)).find(Boolean) ?? "";
    const { root } = this.#place;
    const banner = part(root, "banner");
    if (code === this.#shown) return this.#fill(banner, code);
    this.#shown = code;
    const template = root.querySelector(`template[data-notice="${code}"]`);
    banner.hidden = !(template instanceof HTMLTemplateElement);
    banner.replaceChildren(...(template instanceof HTMLTemplateElement ? [document.importNode(template.content, true)] : []));
    this.#fill(banner, code);
    banner.dataset.tone = template?.getAttribute("data-tone") ?? "calm";
    banner.dataset.code = code;
    this.#place.repainted();
  }

  /** @param {HTMLElement} banner @param {string} code */
  #fill(banner, code) {
    for (const [name, text] of Object.entries(this.#words.get(code) ?? {})) write(banner, name, text);
  }
}
