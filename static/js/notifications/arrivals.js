/** Show a notification that arrives while its person looks at a page. */
import { ownPath } from "../lib/addresses.js";
import { linkToast } from "../lib/toast.js";

const SAME_WITHIN = 30_000; // ms; the socket of the page and a push message bring the same notification

/** When each notification was shown, by its link and text. @type {Map<string, number>} */
const shown = new Map();

/** @param {string} text @param {string} url */
export function showNotification(text, url) {
  const path = ownPath(new URL(url, location.href).href, location.origin);
  if (document.hidden || !document.hasFocus() || isShownBefore(`${path} ${text}`)) return;
  if (path === location.pathname || document.querySelector("[data-notifications]")) return; // the page shows it anyway
  linkToast(text, path);
}

/** @param {string} notification */
function isShownBefore(notification) {
  const now = performance.now();
  for (const [each, at] of shown) if (now - at > SAME_WITHIN) shown.delete(each);
  if (shown.has(notification)) return true;
  shown.set(notification, now);
  return false;
}
