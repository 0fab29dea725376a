/** Close a dialog when its backdrop or `[data-act=close]` is clicked. */
document.addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const dialog = target.closest("dialog");
  if (!dialog) return;
  if (target.closest("[data-act=close]") || isBackdrop(dialog, target, event)) dialog.close();
});

/**
 * A click on the backdrop reports the dialog itself as its target, at a point outside its box.
 * @param {HTMLDialogElement} dialog @param {Element} target @param {MouseEvent} event
 */
function isBackdrop(dialog, target, event) {
  if (target !== dialog || !dialog.matches(":modal")) return false;
  const box = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
