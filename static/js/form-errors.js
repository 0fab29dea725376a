/**
 * Errors in a form that the server refused: when the page is shown, the first wrong field gets the focus and is scrolled into
 * view. Once a person changes a field, its error disappears.
 */

const ERRORS = ".error, .field-errors, .errorlist";
const FIELDS = "input:not([type=hidden]), select, textarea";

document.addEventListener("input", (event) => {
  if (event.target instanceof Element) clearErrors(event.target);
});
focusFirstError();

/** @returns {boolean} whether the page has a field with an error */
export function focusFirstError() {
  const wrong = document.querySelectorAll(`main form :is([aria-invalid=true], ${ERRORS})`);
  const error = [...wrong].find((each) => !each.closest("[hidden], dialog:not([open])"));
  const field = error?.matches(FIELDS) ? error : error?.closest(".field")?.querySelector(FIELDS);
  if (!(field instanceof HTMLElement)) return false;
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus({ preventScroll: true });
  // htmx scrolls to the top right after the event in which this runs, so scroll once it is done.
  queueMicrotask(() => field.scrollIntoView({ block: "center", behavior: "instant" }));
  return true;
}

/** Remove the errors of a field. A time is wrong together with its date, so inputs of one field lose their errors together. @param {Element} input */
function clearErrors(input) {
  const field = input.closest(".field");
  if (!field) return;
  field.classList.remove("invalid");
  for (const wrong of field.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
  for (const error of field.querySelectorAll(`:is(${ERRORS}):not([data-part])`)) error.remove(); // scripts show and hide the others
}
