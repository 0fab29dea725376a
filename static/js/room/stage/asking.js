/** Ask to speak, with an optional reason; then show the position in the queue. */
import { serverNow } from "../../lib/server-clock.js";
import { describePlace, placeOf } from "./queue-position.js";
import { dialog, part, setData, write } from "../../lib/parts.js";

const REPAINT_EVERY = 20_000; // ms; the estimate changes with time

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
    const clock = setInterval(() => this.#paint(), REPAINT_EVERY);
    signal.addEventListener("abort", () => clearInterval(clock));
    room.paintWith(() => this.#paint());
  }

  open() {
    this.#complain("");
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
      this.#complain(error instanceof Error ? error.message : "");
    }
  }

  /** @param {string} words */
  #complain(words) {
    const error = part(this.#root, "request-error");
    error.textContent = words;
    error.hidden = !words;
  }

  #paint() {
    const { state, me, view } = this.#room;
    const waits = placeOf(state, me) > 0;
    const settled = this.#room.role() !== "listener" || Boolean(this.#room.invitation());
    setData(this.#root, "asking", waits);
    part(this.#root, "ask").hidden = waits || settled || Boolean(view.may_not_ask);
    part(this.#root, "asked").hidden = !waits;
    write(this.#root, "asked-place", describePlace(state, me, serverNow()));
    write(this.#root, "may-not-ask", view.may_not_ask);
    if (settled && this.#sheet.open) this.#sheet.close();
  }
}
