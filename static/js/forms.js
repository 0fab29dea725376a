/** What forms say while one fills them: characters left, and how many boxes may be ticked. */
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) count(field);
});
document.addEventListener("change", (event) => {
  if (event.target instanceof Element) limit(event.target.closest("[data-most]"));
});

/** `[data-counter=ID]`: its maxlength is counted in the element of that id. @param {HTMLTextAreaElement | HTMLInputElement} field */
function count(field) {
  const place = field.dataset.counter && document.getElementById(field.dataset.counter);
  if (place) place.textContent = `${[...field.value].length} of ${field.maxLength}`;
}

/** `[data-most=N]`: once N boxes are ticked the others wait. @param {HTMLElement | null} group */
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
