/** The posts that people on the stage have pinned, newest first. */
import { setUserText } from "../chat/links.js";
import { cloneTemplate, dialog, part, setData, setText } from "../../lib/parts.js";
import { renderFace } from "../people/person.js";

/**
 * @typedef {import("../room.js").Room} Room
 * @typedef {import("../room-state.js").Pin} Pin
 */
export class Pins {
  #root;
  #room;
  #sheet;

  /** @param {HTMLElement} root @param {Room} room @param {{pin: (link: string) => Promise<void>, signal: AbortSignal}} options */
  constructor(root, room, { pin, signal }) {
    this.#root = root;
    this.#room = room;
    this.#sheet = dialog(root, "pin-sheet");
    const form = /** @type {HTMLFormElement} */ (part(root, "pin-form"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(form, pin);
    }, { signal });
    room.renderWith(() => this.#render());
  }

  open() {
    this.#showError("");
    this.#sheet.showModal();
  }

  /** @param {HTMLFormElement} form @param {(link: string) => Promise<void>} pin */
  async #submit(form, pin) {
    const link = new FormData(form).get("link");
    try {
      await pin(typeof link === "string" ? link.trim() : "");
      form.reset();
      this.#sheet.close();
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} message "" hides it */
  #showError(message) {
    const error = part(this.#root, "pin-error");
    error.textContent = message;
    error.hidden = !message;
  }

  #render() {
    const list = part(this.#root, "pins");
    const shown = this.#room.state.pins.filter((pin) => !this.#room.blocks(pin.person.id));
    const items = new Map([...list.children].map((item) => [item.getAttribute("data-pin"), item]));
    const wanted = shown.map((pin) => items.get(String(pin.id)) ?? this.#create(pin));
    const atStart = list.scrollLeft === 0;
    for (const item of items.values()) if (!wanted.includes(item)) item.remove();
    wanted.forEach((item, index) => list.children[index] === item || list.insertBefore(item, list.children[index] ?? null));
    // Keep the visible pin where it is. But if the newest pin was visible, scroll to the new one.
    if (atStart) list.scrollLeft = 0;
    shown.forEach((pin, index) => this.#renderRights(wanted[index], pin));
  }

  /** @param {Pin} pin @returns {Element} */
  #create(pin) {
    const item = cloneTemplate(this.#root, "pin");
    setData(item, "pin", String(pin.id));
    setText(item, "pin-by", pin.by.name);
    setText(item, "name", pin.person.name);
    setUserText(item, "pin-text", pin.text);
    renderFace(part(item, "avatar"), pin.person);
    /** @type {HTMLAnchorElement} */ (part(item, "pin-link")).href = pin.url;
    const picture = /** @type {HTMLImageElement} */ (part(item, "pin-picture"));
    picture.hidden = !pin.picture;
    picture.alt = pin.alt;
    if (pin.picture) picture.src = pin.picture;
    // A link that htmx has not processed loads a new document, which would stop the sound.
    const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
    queueMicrotask(() => htmx?.process(item));
    return item;
  }

  /** @param {Element} item @param {Pin} pin */
  #renderRights(item, pin) {
    const unpin = item.querySelector("[data-act=unpin]");
    if (unpin instanceof HTMLElement) unpin.hidden = pin.by.id !== this.#room.me && !this.#room.may("unpin");
  }
}
