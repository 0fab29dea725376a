import { lengthOf } from "./text/written-text.js";

/** Feedback of forms while they are filled in: characters used, and how many boxes may be ticked. */
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) count(field);
});
document.addEventListener("reset", (event) => {
  const fields = event.target instanceof HTMLFormElement ? event.target.elements : [];
  for (const field of fields) if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) field.setCustomValidity("");
});
document.addEventListener("change", (event) => {
  if (event.target instanceof Element) limit(event.target.closest("[data-most]"));
});

/**
 * `[data-longest=N]`: show the length, counted as the server does, in the element named by `data-counter`.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 */
function count(field) {
  const most = Number(field.dataset.longest);
  if (!most) return;
  const length = lengthOf(field.value, field.dataset.lines !== undefined);
  const place = field.dataset.counter && document.getElementById(field.dataset.counter);
  if (place) place.textContent = `${length} of ${most}`;
  field.setCustomValidity(length > most ? `That is too long: ${length} characters; the limit is ${most}.` : "");
}

/** `[data-most=N]`: disable the other boxes once N are ticked. @param {HTMLElement | null} group */
function limit(group) {
  if (!group) return;
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const chosen = group.querySelectorAll("input:checked").length;
  const most = Number(group.dataset.most);
  for (const box of boxes) {
    if (box instanceof HTMLInputElement) box.disabled = chosen >= most && !box.checked;
  }
  const said = group.querySelector("[data-chosen]");
  if (said) said.textContent = `${chosen} of ${most} chosen`;
}
