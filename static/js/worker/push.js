/**
 * A part of the service worker: show push messages (notifications/push/messages.py), and open their page on a tap.
 *
 * Safari 18.4 and later show these messages themselves, without this script.
 */
"use strict"; // so that functions are local to this block
{
  /** @type {any} */ // TypeScript's types for pages and for workers exclude each other
  const worker = self;
  /** @type {{icon: string, badge: string, key: string, subscribe: string}} */
  const site = worker.site;
  const UNREADABLE = { title: "Spaces", body: "You have a new notification.", navigate: "/notifications/" };

  worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(receive(read(event.data))));

  worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data?.url));
  });

  worker.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) => event.waitUntil(renew(event)));

  /** @param {any} data @returns {any} the message; if it can't be read, a generic one */
  function read(data) {
    try {
      const message = data.json();
      if (message.notification.title) return message;
    } catch {
      // Browsers require that something is shown.
    }
    return { notification: UNREADABLE };
  }

  /** @param {any} message */
  async function receive({ notification, app_badge: unread }) {
    if (Number.isInteger(unread)) await showBadge(unread);
    const url = ownUrl(notification.navigate);
    const page = (await pages()).find((each) => each.focused);
    if (page && !isSafari()) {
      page.postMessage({ t: "pushed", text: notification.body, url }); // it shows a toast
      return;
    }
    const { title, body, lang, dir, tag } = notification;
    await worker.registration.showNotification(title, { body, lang, dir, tag, icon: site.icon, badge: site.badge, data: { url } });
  }

  /** Safari ends a subscription if a message shows no notification, even while a page has the focus. */
  function isSafari() {
    const agent = navigator.userAgent;
    return agent.includes("AppleWebKit") && !agent.includes("Chrom");
  }

  /** @param {number} unread */
  async function showBadge(unread) {
    try {
      if (unread) await worker.navigator.setAppBadge?.(unread);
      else await worker.navigator.clearAppBadge?.();
    } catch {
      // Not every system has badges.
    }
  }

  /**
   * Show the page in a window that is already open, because a second window would not have the sound of a Space. That
   * window's script loads the page: `client.navigate` would end the call. The script also knows which page it
   * shows, while `page.url` remains the URL with which the window was opened.
   * @param {unknown} target
   */
  async function open(target) {
    const url = ownUrl(target);
    const windows = await pages();
    const page = windows.find((each) => each.url === url) ?? windows.find((each) => each.visibilityState === "visible") ?? windows[0];
    if (!page) return worker.clients.openWindow(url);
    page.postMessage({ t: "open", url });
    await page.focus().catch(() => {}); // fails if the tap was too long ago; the window shows the page in any case
  }

  /** @returns {Promise<any[]>} the open windows of this site, the one used last first */
  async function pages() {
    return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  }

  /** @param {unknown} target @returns {string} the absolute URL if it is a page of this site, otherwise that of the notifications */
  function ownUrl(target) {
    const fallback = new URL(UNREADABLE.navigate, location.href);
    const url = typeof target === "string" && URL.canParse(target, location.href) ? new URL(target, location.href) : fallback;
    return (url.origin === location.origin ? url : fallback).href;
  }

  /** Send the browser's new subscription to the site, because the push service has replaced the old one. @param {any} event */
  async function renew(event) {
    const response = await fetch(site.key, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) return; // signed out
    const { key, token } = await response.json();
    const options = { userVisibleOnly: true, applicationServerKey: key };
    const subscription = event.newSubscription ?? (await worker.registration.pushManager.subscribe(options));
    const { endpoint, keys } = subscription.toJSON();
    const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, replaces: event.oldSubscription?.endpoint ?? "" });
    await fetch(site.subscribe, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } });
  }
}
