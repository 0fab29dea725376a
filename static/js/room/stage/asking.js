/** Ask to speak, with an optional reason, and show the position in the queue. */
import { serverNow } from "../../lib/server-clock.js";
import { describePosition, positionOf } from "./queue-position.js";
import { dialog, part, setData, setText } from "../../lib/parts.js";

const RENDER_EVERY = 20_000; // ms; the estimate changes with time

export class Asking {
  #root;
  #room;
  #sheet;

  /**
   * @param {HTMLElement} root @param {import("../room.js").Room} room
   * @param {{ask: (reason: string) => Promise<void>, signal: AbortSignal}} options
   */
  constructor(root, room, { ask, signal }) {
    this.#root = root;
    this.#room = room;
    this.#sheet = dialog(root, "request-sheet");
    const form = /** @type {HTMLFormElement} */ (part(root, "request-form"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(form, ask);
    }, { signal });
    const clock = setInterval(() => this.#render(), RENDER_EVERY);
    signal.addEventListener("abort", () => clearInterval(clock));
    room.renderWith(() => this.#render());
  }

  open() {
    this.#showError("");
    this.#sheet.showModal();
  }

  /** @param {HTMLFormElement} form @param {(reason: string) => Promise<void>} ask */
  async #submit(form, ask) {
    const reason = new FormData(form).get("reason");
    try {
      await ask(typeof reason === "string" ? reason.trim() : "");
      form.reset();
      this.#sheet.close();
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} message "" hides it */
  #showError(message) {
    const error = part(this.#root, "request-error");
    error.textContent = message;
    error.hidden = !message;
  }

  #render() {
    const { state, me, view } = this.#room;
    const isWaiting = positionOf(state, me) > 0;
    const settled = this.#room.role() !== "listener" || Boolean(this.#room.invitation());
    setData(this.#root, "asking", isWaiting);
    part(this.#root, "ask").hidden = isWaiting || settled || Boolean(view.may_not_ask);
    part(this.#root, "requested").hidden = !isWaiting;
    setText(this.#root, "queue-position", describePosition(state, me, serverNow()));
    setText(this.#root, "may-not-ask", view.may_not_ask);
    if (settled && this.#sheet.open) this.#sheet.close();
  }
}
