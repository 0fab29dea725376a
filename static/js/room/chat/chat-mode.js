/** Slow mode and pause of the chat: hosts set them, and everyone else sees when they may write again. */
import { maybePart, part } from "../../lib/parts.js";

const RENDER_EVERY = 1_000; // ms

/**
 * @param {HTMLElement} root @param {import("../room.js").Room} room
 * @param {{set: (fields: [string, string][]) => Promise<void>, showError: (error: unknown) => void, signal: AbortSignal}} options
 */
export function watchChatMode(root, room, { set, showError, signal }) {
  const form = /** @type {HTMLFormElement} */ (part(root, "mode-form"));
  const paused = /** @type {HTMLInputElement} */ (form.elements.namedItem("paused"));
  const slow = /** @type {RadioNodeList} */ (form.elements.namedItem("slow_mode"));
  let filled = ""; // the mode that the form shows; rendering must not undo a change that is still being sent
  let maySendAt = 0; // performance.now() from which the next message may be sent in slow mode

  const render = () => {
    const { chat } = room.state.space;
    const isRestricted = !room.may("moderate_chat");
    const left = Math.ceil((maySendAt - performance.now()) / 1000);
    for (const control of maybePart(root, "chat-form")?.querySelectorAll("textarea, button") ?? []) {
      control.toggleAttribute("disabled", isRestricted && chat.paused);
    }
    const note = part(root, "chat-mode-note");
    const text = describe(chat, isRestricted ? left : 0);
    if (note.textContent !== text) note.textContent = text;
    note.hidden = !text;
  };
  const fill = () => {
    const { chat } = room.state.space;
    if (filled !== JSON.stringify(chat)) {
      filled = JSON.stringify(chat);
      paused.checked = chat.paused;
      slow.value = String(chat.slow_mode);
    }
    render();
  };
  form.addEventListener("change", async () => {
    try {
      await set([["paused", String(paused.checked)], ["slow_mode", slow.value]]);
    } catch (error) {
      filled = "";
      fill();
      showError(error);
    }
  }, { signal });
  form.addEventListener("submit", (event) => event.preventDefault(), { signal });
  room.onEvent((event) => {
    if (event.t === "message" && event.person.id === room.me) maySendAt = performance.now() + room.state.space.chat.slow_mode * 1000;
  });
  room.renderWith(fill);
  const clock = setInterval(render, RENDER_EVERY);
  signal.addEventListener("abort", () => clearInterval(clock));
}

/** @param {{paused: boolean, slow_mode: number}} chat @param {number} left seconds until the person may write */
function describe(chat, left) {
  if (chat.paused) return "A host paused the chat";
  if (!chat.slow_mode) return "";
  return left > 0 ? `You can write again in ${left} s` : `Slow mode: one message in ${chat.slow_mode} s`;
}
