/** The chat's composer: Enter sends; text that could not be sent stays, with the reason. */
import { lengthOf } from "../../text/written-text.js";
import { maybePart, part, setData } from "../../lib/parts.js";

const WARN_BELOW = 40; // characters left

/**
 * @param {HTMLElement} root
 * @param {{send: (text: string) => Promise<void>, limit: number, signal: AbortSignal}} options
 */
export function startComposer(root, { send, limit, signal }) {
  const form = maybePart(root, "chat-form");
  if (!(form instanceof HTMLFormElement)) return; // signed out
  const field = /** @type {HTMLTextAreaElement} */ (part(form, "chat-text"));
  const error = part(root, "chat-error");
  let sending = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  }, { signal });
  field.addEventListener("input", paint, { signal });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  }, { signal });

  async function submit() {
    const text = field.value.trim();
    if (lengthOf(text) === 0 || sending || lengthOf(text) > limit) return;
    sending = true;
    form?.setAttribute("aria-busy", "true");
    try {
      await send(text);
      if (field.value.trim() === text) field.value = "";
      complain("");
    } catch (refusal) {
      complain(refusal instanceof Error ? refusal.message : "That couldn’t be sent. Try again.");
    } finally {
      sending = false;
      form?.removeAttribute("aria-busy");
      paint();
    }
  }

  /** @param {string} words */
  function complain(words) {
    error.textContent = words;
    error.hidden = !words;
  }

  function paint() {
    const counter = part(root, "chat-left");
    const left = limit - lengthOf(field.value);
    counter.hidden = left > WARN_BELOW;
    counter.textContent = String(left);
    setData(counter, "over", left < 0);
  }
}
