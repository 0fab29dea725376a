/**
 * Reload a page that the browser restores from its back/forward cache, because the page may show the data of a person
 * who has signed out since. Pages ask not to be cached (config/caches.py), but not every browser complies.
 */

window.addEventListener("pagehide", ({ persisted }) => {
  if (persisted) document.documentElement.style.visibility = "hidden"; // otherwise the old page would be visible for a moment
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
