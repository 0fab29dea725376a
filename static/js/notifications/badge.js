/** The number of unread notifications, in the navigation (`[data-part=unread-notifications]`) and on the icon of the installed app. */
import { parts } from "../lib/parts.js";

const MAX_COUNTED = 99; // the same limit as in notifications/unread.py

document.addEventListener("htmx:afterSettle", updateAppBadge); // a new page brings a new number
updateAppBadge();

/** @param {number} unread */
export function showUnread(unread) {
  for (const badge of parts(document, "unread-notifications")) {
    const label = badge.querySelector("*"); // "unread", for screen readers
    badge.replaceChildren(unread > MAX_COUNTED ? `${MAX_COUNTED}+` : String(unread || ""), ...(label ? [label] : []));
    badge.hidden = unread === 0;
  }
  updateAppBadge();
}

function updateAppBadge() {
  const number = parseInt(parts(document, "unread-notifications")[0]?.textContent ?? "", 10);
  const change = number ? navigator.setAppBadge?.(number) : navigator.clearAppBadge?.();
  change?.catch(() => {}); // not every system has badges
}
