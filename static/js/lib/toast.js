/** Short messages that disappear by themselves. They are shown inside an open dialog, or else on the page. */
import { topModal } from "./modal.js";
import { cloneTemplate, part, setText } from "./parts.js";

const SHOWN_FOR = 6_000; // ms
const LINK_SHOWN_FOR = 10_000; // ms
const OFFER_SHOWN_FOR = 20_000; // ms; long enough to read, decide and tap
const OBSERVED_AFTER = 100; // ms until screen readers observe a new live region

/** @param {HTMLElement} root contains the templates @param {string} text */
export function toast(root, text) {
  const item = cloneTemplate(root, "toast");
  item.textContent = text;
  show(item, SHOWN_FOR);
}

/**
 * Show a message with a button for a next step; a tap on the button closes the message.
 * @param {HTMLElement} root @param {string} text @param {string} label @param {() => unknown} act
 */
export function offer(root, text, label, act) {
  const item = cloneTemplate(root, "offer");
  setText(item, "offer-text", text);
  const button = part(item, "offer-act");
  button.textContent = label;
  button.addEventListener("click", () => (item.remove(), act()));
  show(item, OFFER_SHOWN_FOR);
}

/** Show a message that leads to a page. @param {string} text @param {string} path "" if it leads nowhere */
export function linkToast(text, path) {
  const item = document.createElement(path ? "a" : "div");
  item.className = "toast";
  item.textContent = text;
  item.dir = "auto";
  if (item instanceof HTMLAnchorElement) item.href = path;
  item.addEventListener("click", () => item.remove());
  show(item, LINK_SHOWN_FOR);
}

/** @param {HTMLElement} item @param {number} duration ms; longer while the message is hovered or focused */
function show(item, duration) {
  const modal = topModal();
  const list = modal ? toastsIn(modal) : part(document, "toasts");
  setTimeout(() => add(item, list), modal ? OBSERVED_AFTER : 0);
  const remove = () => (item.matches(":hover, :focus-within") ? setTimeout(remove, OBSERVED_AFTER) : item.remove());
  setTimeout(remove, duration);
}

/** @param {HTMLElement} item @param {Element} list */
function add(item, list) {
  list.append(item);
  const { htmx } = /** @type {{htmx?: {process: (element: Element) => void}}} */ (/** @type {unknown} */ (window));
  htmx?.process(item); // boosts a link
}

/** @param {HTMLDialogElement} modal @returns {Element} the element for toasts inside the dialog */
function toastsIn(modal) {
  const existing = modal.querySelector(":scope > .toasts");
  if (existing) return existing;
  const toasts = part(document, "toasts");
  const list = /** @type {HTMLElement} */ (toasts.cloneNode());
  delete list.dataset.part;
  modal.append(list);
  const moveBack = () => {
    toasts.append(...list.children);
    list.remove();
  };
  modal.addEventListener("close", moveBack, { once: true });
  return list;
}
