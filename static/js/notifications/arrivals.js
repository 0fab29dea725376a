/**
 * Show notifications that arrive while a page is open: the number of unread ones, and a toast. The page of notifications
 * only offers to show them, because a list must not move while somebody reads it. A page that waits for a notification
 * about itself (`data-part="awaits-notification"`), such as a waiting list, is fetched again.
 */
import { ownPath } from "../lib/addresses.js";
import { fetchAgain } from "../lib/fetch-again.js";
import { maybePart } from "../lib/parts.js";
import { linkToast } from "../lib/toast.js";
import { showUnread } from "./badge.js";

const SAME_WITHIN = 30_000; // ms; the page's socket and a push message deliver the same notification

/** When each notification was shown, by its link and text. @type {Map<string, number>} */
const shown = new Map();

/** @param {{unread: number, new: {text: string, url: string}[]}} frame docs/protocol.md, "Every page" */
export function receiveNotified(frame) {
  showUnread(frame.unread);
  const link = maybePart(document, "new-notifications");
  if (link) return offer(link, frame.new.length, frame.unread);
  const latest = frame.new.at(-1);
  if (latest) showNotification(latest.text, latest.url);
}

/** @param {string} text @param {string} url */
export function showNotification(text, url) {
  const path = url && ownPath(new URL(url, location.href).href, location.origin);
  if (document.hidden || !document.hasFocus() || wasJustShown(`${path} ${text}`)) return;
  const awaiting = path === location.pathname && maybePart(document, "awaits-notification");
  if (awaiting) return fetchAgain(awaiting, () => linkToast(text, ""));
  if (path === location.pathname || maybePart(document, "new-notifications")) return; // the page shows it anyway
  linkToast(text, path);
}

/**
 * Offer to show the notifications that the list lacks. Some may have been read in another tab.
 * @param {HTMLElement} link @param {number} added @param {number} unread
 */
function offer(link, added, unread) {
  const count = Math.max(Number(link.dataset.number ?? 0) + added, unread);
  link.dataset.number = String(count);
  link.textContent = count ? `${count} new notification${count === 1 ? "" : "s"}` : "";
  link.hidden = count === 0;
}

/** @param {string} notification */
function wasJustShown(notification) {
  const now = performance.now();
  for (const [each, at] of shown) if (now - at > SAME_WITHIN) shown.delete(each);
  if (shown.has(notification)) return true;
  shown.set(notification, now);
  return false;
}
