/**
 * Runs in <head> before the first paint: marks that scripts run, and the theme that was chosen here.
 * The cookie tells the server, so that the next page comes in the right colours even before this.
 */
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage is refused in some private windows; the cookie or the system decides.
  }
})();
