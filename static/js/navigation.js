/** After a boosted page change: say where we are, put the focus there, light the right link. */
document.addEventListener("htmx:afterSettle", (event) => {
  const main = document.querySelector("main");
  if (!main || !(event.target instanceof Element) || !main.contains(event.target)) return;
  if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
  for (const link of document.querySelectorAll("[data-nav]")) {
    const here = link instanceof HTMLAnchorElement && link.pathname === location.pathname;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
});
