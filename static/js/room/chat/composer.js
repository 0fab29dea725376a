/** The chat's composer: Enter sends. If sending fails, the text stays in the field and the error is shown. */
import { lengthOf } from "../../text/written-text.js";
import { maybePart, part, setData } from "../../lib/parts.js";

const WARN_BELOW = 40; // characters left

/**
 * @param {HTMLElement} root
 * @param {{send: (text: string) => Promise<void>, limit: number, signal: AbortSignal}} options
 */
export function startComposer(root, { send, limit, signal }) {
  const form = maybePart(root, "chat-form");
  if (!(form instanceof HTMLFormElement)) return; // guests and signed-out people cannot write
  const field = /** @type {HTMLTextAreaElement} */ (part(form, "chat-text"));
  const error = part(root, "chat-error");
  let sending = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  }, { signal });
  field.addEventListener("input", updateCounter, { signal });
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
      showError("");
    } catch (refusal) {
      showError(refusal instanceof Error ? refusal.message : "That couldn’t be sent. Try again.");
    } finally {
      sending = false;
      form?.removeAttribute("aria-busy");
      updateCounter();
    }
  }

  /** @param {string} message "" hides it */
  function showError(message) {
    error.textContent = message;
    error.hidden = !message;
  }

  function updateCounter() {
    const counter = part(root, "chat-left");
    const left = limit - lengthOf(field.value);
    counter.hidden = left > WARN_BELOW;
    counter.textContent = String(left);
    setData(counter, "over", left < 0);
  }
}
