/**
 * Load the page with this address again in place, because what it shows has changed as a whole. htmx keeps the document, and
 * with it the permission to play sound.
 * @param {HTMLElement} source the element that asks for it
 */
export function loadThisPage(source) {
  const { htmx } = /** @type {{htmx?: {ajax: (verb: string, path: string, how: object) => Promise<void>}}} */ (/** @type {unknown} */ (window));
  const how = { source, target: "#page", select: "#page", swap: "outerHTML show:window:top" };
  if (htmx) void htmx.ajax("GET", location.pathname, how);
  else location.reload();
}
