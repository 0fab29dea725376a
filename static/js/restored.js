/**
 * A page that a browser kept in memory may be of somebody who has signed out since. Pages ask to be
 * kept nowhere (config/caches.py); where one is all the same, it is not shown again, but loaded anew.
 */

window.addEventListener("pagehide", ({ persisted }) => {
  if (persisted) document.documentElement.style.visibility = "hidden"; // or it would show for a moment
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
