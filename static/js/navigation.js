/** Boosted page changes: show error pages too, say where we are, put the focus there. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  const viewer = viewerIn(detail.serverResponse);
  if (!detail.boosted) {
    // A fragment was asked for and somebody else's page came: signed in or out elsewhere.
    if (viewer === undefined || viewer === viewerHere()) return;
    detail.shouldSwap = false;
    location.reload();
  } else if (viewer !== viewerHere()) {
    // Signed in or out elsewhere, or no page of ours: what stands around the page must change as well.
    detail.shouldSwap = false;
    location.assign(detail.xhr.responseURL);
  } else if (detail.xhr.status >= 400) {
    // A link that meets a 404, or a form that was refused, shows the page that says so, not nothing.
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element && event.target.id === "page") arrive();
});
document.addEventListener("htmx:historyRestore", arrive);

/** Who the page in this HTML was made for; undefined where there is no page. @param {string} html */
function viewerIn(html) {
  return /<div id="page" data-viewer="([^"]*)"/.exec(html)?.[1];
}

function viewerHere() {
  return document.getElementById("page")?.dataset.viewer;
}

function arrive() {
  const main = document.querySelector("main");
  if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("[data-nav]")) {
    const here = link instanceof HTMLAnchorElement ? hereBy(link.pathname) : "";
    if (here) link.setAttribute("aria-current", here);
    else link.removeAttribute("aria-current");
  }
}

/** As the tag `here` of spaces/templatetags/look.py. @param {string} path of a link @returns {"page" | "true" | ""} */
function hereBy(path) {
  if (path === location.pathname) return "page";
  return path !== "/" && location.pathname.startsWith(path) ? "true" : "";
}
