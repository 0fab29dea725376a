/**
 * Runs in <head> before the first paint: marks that scripts run, and sets the chosen theme. The server knows the theme
 * from a cookie (theme-switch.js), so that the next page has the right colours from the start.
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
