/** Boosted page changes: show error pages too, say where we are, put the focus there. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  // A boosted link that meets a 404 shows the page that says so, not nothing.
  if (detail.boosted && detail.xhr.status >= 400) detail.shouldSwap = true;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element && event.target.id === "page") arrive();
});
document.addEventListener("htmx:historyRestore", arrive);

function arrive() {
  const main = document.querySelector("main");
  if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("[data-nav]")) {
    const here = link instanceof HTMLAnchorElement && link.pathname === location.pathname;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
