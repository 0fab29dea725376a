/**
 * Notices: a banner stays as long as its reason, and the most urgent one is shown; a toast disappears after a moment.
 * The texts are in templates/spaces/room/_notices.html.
 */
import { part, write } from "../../lib/parts.js";
import { offer, toast } from "../../lib/toast.js";

/** Reasons, most urgent first. @typedef {"support" | "socket" | "playback" | "call" | "microphone" | "update" | "host" | "blocked" | "pace" | "talk" | "lock" | "muted" | "music"} Reason */
/** @type {Reason[]} */
const ORDER = ["support", "socket", "playback", "call", "microphone", "update", "host", "blocked", "pace", "talk", "lock", "muted", "music"];

export class Notices {
  /** @type {Map<Reason, string>} */
  #codes = new Map();
  /** The texts of a notice's parts, by code. @type {Map<string, Record<string, string>>} */
  #words = new Map();
  #shown = "";
  #place;

  /** @param {import("../../lib/parts.js").Place} place its page contains the texts and the banner */
  constructor(place) {
    this.#place = place;
  }

  /** The code of the notice that is shown, or "". */
  get shown() {
    return this.#shown;
  }

  /** Show the notice again on another page of the room. */
  repaint() {
    this.#shown = "";
    part(this.#place.root, "banner").hidden = true;
    this.#paint();
  }

  /**
   * @param {Reason} reason @param {string} code of a data-notice, or "" when the reason no longer applies
   * @param {Record<string, string>} words the texts of the notice's parts
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

  /** Show the message of a refused command. @param {unknown} error */
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
