/**
 * Notices and toasts. A notice is a banner that stays as long as its reason; only the most urgent notice is shown. A toast
 * disappears after a moment.
 * The texts are in templates/spaces/room/_notices_….html, by subject.
 */
import { CommandError } from "../commands.js";
import { part, setText } from "../../lib/parts.js";
import { offer, toast } from "../../lib/toast.js";

/**
 * Reasons, most urgent first.
 * @typedef {"support" | "socket" | "playback" | "call" | "microphone" | "update" | "host" | "blocked" | "pace" | "talk"
 *   | "lock" | "muted" | "captions" | "music" | "delay" | "reading"} Reason
 */
/** @type {Reason[]} */
const ORDER = [
  "support", "socket", "playback", "call", "microphone", "update", "host", "blocked", "pace", "talk", "lock", "muted", "captions", "music",
  "delay", "reading",
];

export class Notices {
  /** @type {Map<Reason, string>} */
  #codes = new Map();
  /** The texts of a notice's parts, by code. @type {Map<string, Record<string, string>>} */
  #texts = new Map();
  #shown = "";
  #container;

  /** @param {import("../../lib/parts.js").Container} container contains the texts and the banner */
  constructor(container) {
    this.#container = container;
  }

  /** The code of the notice that is shown, or "". */
  get shown() {
    return this.#shown;
  }

  /** Show the current notice again after the visit has moved to a new page. */
  redisplay() {
    this.#shown = "";
    part(this.#container.root, "banner").hidden = true;
    this.#render();
  }

  /**
   * @param {Reason} reason @param {string} code of a data-notice, or "" when the reason no longer applies
   * @param {Record<string, string>} texts the texts of the notice's parts
   */
  set(reason, code, texts = {}) {
    this.#codes.set(reason, code);
    this.#texts.set(code, texts);
    this.#render();
  }

  dismiss() {
    for (const reason of ORDER) if (this.#codes.get(reason) === this.#shown) this.#codes.set(reason, "");
    this.#render();
  }

  /** @param {string} text */
  toast(text) {
    toast(this.#container.root, text);
  }

  /** Show a toast with a button. @param {string} text @param {string} label @param {() => unknown} act */
  offer(text, label, act) {
    offer(this.#container.root, text, label, act);
  }

  /** Show the message of a refused command, unless the Space is over, which the page itself then says. @param {unknown} error */
  showError(error) {
    if (error instanceof CommandError && error.code === "not_live") return;
    if (error instanceof Error && error.message) this.toast(error.message);
  }

  #render() {
    const code = ORDER.map((reason) => this.#codes.get(reason)).find(Boolean) ?? "";
    const { root } = this.#container;
    const banner = part(root, "banner");
    if (code === this.#shown) return this.#fill(banner, code);
    this.#shown = code;
    const template = root.querySelector(`template[data-notice="${code}"]`);
    banner.hidden = !(template instanceof HTMLTemplateElement);
    banner.replaceChildren(...(template instanceof HTMLTemplateElement ? [document.importNode(template.content, true)] : []));
    this.#fill(banner, code);
    banner.dataset.tone = template?.getAttribute("data-tone") ?? "calm";
    banner.dataset.code = code;
    this.#container.onRender();
  }

  /** @param {HTMLElement} banner @param {string} code */
  #fill(banner, code) {
    for (const [name, text] of Object.entries(this.#texts.get(code) ?? {})) setText(banner, name, text);
  }
}
