import { lengthOf } from "./text/written-text.js";

const ANNOUNCE_BELOW = 20; // characters left; screen readers get this number and lower ones, too

/** Feedback while a form is filled in: the number of characters, and how many checkboxes may be ticked. */
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) updateCounter(field);
});
document.addEventListener("reset", (event) => {
  const fields = event.target instanceof HTMLFormElement ? event.target.elements : [];
  for (const field of fields) if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) field.setCustomValidity("");
});
document.addEventListener("change", (event) => {
  if (event.target instanceof Element) limitChoices(event.target.closest("[data-most]"));
});

/**
 * `[data-longest=N]`: show the length, counted as the server does, in the element named by `data-counter`.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 */
function updateCounter(field) {
  const maximum = Number(field.dataset.longest);
  if (!maximum) return;
  const length = lengthOf(field.value, field.dataset.lines !== undefined);
  const counter = field.dataset.counter && document.getElementById(field.dataset.counter);
  if (counter) showLength(counter, length, maximum);
  field.setCustomValidity(length > maximum ? `That is too long: ${length} characters; the limit is ${maximum}.` : "");
}

/** @param {HTMLElement} counter @param {number} length @param {number} maximum */
function showLength(counter, length, maximum) {
  const left = maximum - length;
  counter.setAttribute("aria-live", left <= ANNOUNCE_BELOW ? "polite" : "off"); // before the text changes
  counter.toggleAttribute("data-over", left < 0);
  counter.textContent = left < 0 ? `${length} of ${maximum}: ${-left} too many` : `${length} of ${maximum}`;
}

/** `[data-most=N]`: disable the other checkboxes once N are ticked. @param {HTMLElement | null} group */
function limitChoices(group) {
  if (!group) return;
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const chosen = group.querySelectorAll("input:checked").length;
  const most = Number(group.dataset.most);
  for (const box of boxes) {
    if (box instanceof HTMLInputElement) box.disabled = chosen >= most && !box.checked;
  }
  const status = group.querySelector("[data-chosen]");
  if (status) status.textContent = `${chosen} of ${most} chosen`;
}
